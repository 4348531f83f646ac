package transfer

import "time"

// Policy says what a transfer does when its target exists completely or in part.
type Policy int

// The policies.
const (
	Ask       Policy = iota // becomes Asking
	Resume                  // continues after the verified bytes; else fails with ErrExists
	StartOver               // replaces the target when the new file is complete
	KeepBoth                // uses the next free name, as in "name (2).ext"
	Skip                    // becomes Done, with Result.Skipped
	Fail                    // fails with ErrExists
)

// Answer is the answer to one Question.
type Answer int

// The answers.
const (
	NoAnswer        Answer = iota
	AnswerResume           // continue; not every question offers it
	AnswerStartOver        // replace what exists; keep an old partial until the new one is complete
	AnswerKeepBoth         // use the next free name
	AnswerSkip             // move nothing
	AnswerDiscard          // delete the partial or staged upload and cancel; only if Partial
)

// Reason says why resuming is not offered, or why it kept less than had arrived.
type Reason int

// The reasons.
const (
	ReasonNone     Reason = iota
	ReasonDiffers         // the content differs after Verified bytes
	ReasonLonger          // the target begins with the whole source and is longer
	ReasonComplete        // the remote file is a finished file, not an interrupted upload
	ReasonChanged         // the version changed after the transfer began
	ReasonExpired         // the server has deleted the staged upload
	ReasonDamaged         // the data was damaged on its way
)

// FileFacts are the properties of a file that are known without reading it.
type FileFacts struct {
	Size    int64
	ModTime time.Time
}

// Question describes the target of a transfer that needs a decision. Its facts are
// those of the finished file if Exists is set, else those of the partial.
type Question struct {
	Local, Remote FileFacts
	Exists        bool  // a finished file has the name; StartOver and Resume would replace it
	Partial       bool  // an interrupted transfer of the same file can be continued
	Changed       bool  // of a Partial: the version of the source changed after it began
	Verified      int64 // bytes from the beginning that are equal on both sides
	Whole         bool  // all of the smaller file, or of the partial, equals the beginning of the other
	Why           Reason
	Saves         int64 // bytes that resuming does not move again
}

// Offers reports whether a is an answer to q.
func (q Question) Offers(a Answer) bool {
	switch a {
	case AnswerResume:
		return q.Why == ReasonNone
	case AnswerDiscard:
		return q.Partial
	case AnswerStartOver, AnswerKeepBoth, AnswerSkip:
		return true
	default:
		return false
	}
}

// same reports whether an answer to q also answers other. It ignores additional bytes of
// an interrupted upload: they may arrive at the server after the question.
func (q Question) same(other Question) bool {
	if more := other.Saves - q.Saves; more > 0 && q.Partial && q.Whole {
		q.Saves, q.Verified = q.Saves+more, q.Verified+more
		if !q.Exists {
			q.Remote.Size += more
		}
	}
	sameFacts := func(a, b FileFacts) bool { return a.Size == b.Size && a.ModTime.Equal(b.ModTime) }
	if !sameFacts(q.Local, other.Local) || !sameFacts(q.Remote, other.Remote) {
		return false
	}
	q.Local, q.Remote = other.Local, other.Remote
	return q == other
}

// terms are the policy and the answers that decide about an existing target.
type terms struct {
	policy Policy
	answer Answer    // to the question asked last
	asked  *Question // that question
	rest   Answer    // to all questions that it answers
	// resumes says that the transfer continues where it stopped. It does not replace a
	// file without agreement.
	resumes bool
}

// asking is the error of an attempt that needs an answer.
type asking struct{ question Question }

func (*asking) Error() string { return "target exists" }

// decide returns the user's answer to q, or else the one of the policy. The error is
// *asking, or ErrExists for path.
func (t *terms) decide(q Question, path string) (Answer, error) {
	given := t.answer
	t.answer = NoAnswer // it answers only the last question
	if given != NoAnswer && q.Offers(given) && t.asked != nil && t.asked.same(q) {
		return given, nil
	}
	if q.Offers(t.rest) {
		return t.rest, nil
	}
	if t.resumes && q.Offers(AnswerResume) {
		return AnswerResume, nil
	}
	if !q.Exists && t.policy != Ask {
		// No file has the name, so the policy for existing files does not apply.
		if t.policy != StartOver && q.Offers(AnswerResume) {
			return AnswerResume, nil
		}
		return AnswerStartOver, nil
	}
	switch t.policy {
	case Resume:
		if q.Offers(AnswerResume) {
			return AnswerResume, nil
		}
		return NoAnswer, &Error{Kind: ErrExists, Path: path, Why: q.Why}
	case StartOver:
		return AnswerStartOver, nil
	case KeepBoth:
		return AnswerKeepBoth, nil
	case Skip:
		return AnswerSkip, nil
	case Fail:
		return NoAnswer, &Error{Kind: ErrExists, Path: path}
	default:
		return NoAnswer, &asking{q}
	}
}

// wantsProof reports whether the decision depends on how much of an existing file is
// verified.
func (t *terms) wantsProof() bool {
	switch t.rest {
	case AnswerStartOver, AnswerKeepBoth, AnswerSkip:
		return false
	default:
		return t.policy == Ask || t.policy == Resume
	}
}

// settled reports whether the decision does not depend on the content of an existing
// file, so that it need not be read.
func (t *terms) settled() bool {
	switch {
	case t.answer != NoAnswer:
		return t.answer == AnswerSkip || t.answer == AnswerKeepBoth
	case t.rest != NoAnswer:
		return t.rest == AnswerSkip || t.rest == AnswerKeepBoth
	case t.resumes:
		return false
	default:
		return t.policy == Skip || t.policy == KeepBoth || t.policy == Fail
	}
}
