package preview

import (
	"encoding/xml"
	"math"
	"strconv"
	"strings"
)

// manyStyles is how many formats of a workbook are looked at.
const manyStyles = 10_000

// builtin are the number formats that need no definition (ECMA-376 part 1,
// 18.8.30), but those of dates.
var builtin = map[int]string{
	1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00",
}

// numbers writes numbers as a spreadsheet shows them, dates among them. Without
// the part that tells their formats, they have the general one.
func (b *workbook) numbers(rows [][]cell) error {
	styles, err := b.styles()
	for _, row := range rows {
		for i, c := range row {
			if !c.number || c.shared {
				continue
			}
			format := ""
			if c.style < len(styles) {
				format = styles[c.style]
			}
			row[i].text = formatted(c.text, format)
		}
	}
	return err
}

// dateStyle stands for a format of dates, whatever it is.
const dateStyle = "date"

// styles returns the format of each style, by its number.
func (b *workbook) styles() ([]string, error) {
	if b.parts["xl/styles.xml"] == nil {
		return nil, nil
	}
	custom := make(map[int]string) // by the number of a format
	var styles []string
	within := false
	err := b.each("xl/styles.xml", func(_ *xml.Decoder, e xml.StartElement) (bool, error) {
		id, err := strconv.Atoi(attribute(e, "numFmtId"))
		switch e.Name.Local {
		case "numFmt":
			if custom[id] = attribute(e, "formatCode"); err != nil || ofDates(custom[id]) {
				custom[id] = dateStyle
			}
		case "cellXfs":
			within = true
		case "cellStyles":
			return false, nil
		case "xf":
			if !within {
				break
			}
			format := builtin[id]
			if own, ok := custom[id]; ok {
				format = own
			} else if dateFormat(id) {
				format = dateStyle
			}
			styles = append(styles, format)
		}
		return len(styles)+len(custom) < manyStyles, nil
	})
	return styles, err
}

// formatted writes a number by a format. Of formats it follows how many digits
// they show behind the point, the separators of thousands, and per cents; others
// are as the general one. What is no number stays as it is.
func formatted(value, format string) string {
	if format == dateStyle {
		return dated(value)
	}
	number, err := strconv.ParseFloat(value, 64)
	if err != nil || math.IsInf(number, 0) || math.IsNaN(number) {
		return value
	}
	format, _, _ = strings.Cut(format, ";") // that of numbers below zero follows
	format, percent := strings.CutSuffix(format, "%")
	whole, digits, _ := strings.Cut(format, ".")
	if whole != "0" && whole != "#,##0" || strings.Trim(digits, "0") != "" || math.Abs(number) >= 1e15 {
		return general(number)
	}
	if percent {
		number *= 100
	}
	said := strconv.FormatFloat(number, 'f', len(digits), 64)
	if whole == "#,##0" {
		said = grouped(said)
	}
	if percent {
		said += "%"
	}
	return said
}

// general writes a number with at most eleven digits, as spreadsheets do where
// no format says more: a sum that binary fractions have missed by a hair is
// shown as it was meant.
func general(number float64) string {
	const digits = 11
	size := math.Abs(number)
	if size != 0 && (size >= 1e11 || size < 1e-9) {
		return strconv.FormatFloat(number, 'G', 6, 64)
	}
	before := 1 // digits before the point
	if size >= 1 {
		before = int(math.Log10(size)) + 1
	}
	said := strconv.FormatFloat(number, 'f', max(digits-before-1, 0), 64)
	if strings.Contains(said, ".") {
		said = strings.TrimRight(strings.TrimRight(said, "0"), ".")
	}
	if said == "-0" {
		return "0"
	}
	return said
}

// grouped puts commas between thousands.
func grouped(said string) string {
	sign := strings.TrimRight(said, "0123456789.")
	whole, rest, fraction := strings.Cut(said[len(sign):], ".")
	var groups []string
	for len(whole) > 3 {
		groups = append([]string{whole[len(whole)-3:]}, groups...)
		whole = whole[:len(whole)-3]
	}
	said = sign + strings.Join(append([]string{whole}, groups...), ",")
	if fraction {
		said += "." + rest
	}
	return said
}
