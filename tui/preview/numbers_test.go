package preview

import "testing"

func TestNumbersAreShownAsInSpreadsheets(t *testing.T) {
	tests := []struct{ name, value, format, want string }{
		{"a sum of prices", "69.930000000000007", "", "69.93"},
		{"a third", "0.33333333333333331", "", "0.333333333"},
		{"whole", "1234567", "", "1234567"},
		{"zero", "0", "", "0"},
		{"zero by a hair", "-5.5511151231257827E-17", "", "-5.55112E-17"},
		{"large", "123456789012", "", "1.23457E+11"},
		{"eleven digits", "12345678901", "", "12345678901"},
		{"below zero", "-69.930000000000007", "", "-69.93"},
		{"two digits", "69.930000000000007", "0.00", "69.93"},
		{"thousands", "1234567.891", "#,##0.00", "1,234,567.89"},
		{"thousands below zero", "-1234", "#,##0", "-1,234"},
		{"three digits below zero", "-123", "#,##0", "-123"},
		{"per cent", "0.125", "0.0%", "12.5%"},
		{"two sections", "3.14159", "0.00;[Red]-0.00", "3.14"},
		{"another format", "46346", "[Red]0\"d\"", "46346"},
		{"a date", "46346", dateStyle, "2026-11-20"},
		{"a text", "n/a", "0.00", "n/a"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := formatted(tt.value, tt.format); got != tt.want {
				t.Errorf("it is %q, want %q", got, tt.want)
			}
		})
	}
}
