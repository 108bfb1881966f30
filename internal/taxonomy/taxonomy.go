package taxonomy

// Term is one value of a list. Parent is the code of the area of a subject, or of the group of a problem.
type Term struct {
	Code   string // stored
	Label  string // what people read
	Parent string // empty in lists without a level above
}

// List is the values of one question, in the order in which they are offered.
type List []Term

// Find is the term of a code.
func (l List) Find(code string) (Term, bool) {
	for _, t := range l {
		if t.Code == code {
			return t, true
		}
	}
	return Term{}, false
}

// Has tells whether a code is in the list.
func (l List) Has(code string) bool {
	_, ok := l.Find(code)
	return ok
}

// Label is what people read for a code; a code not in the list is shown as it is.
func (l List) Label(code string) string {
	if t, ok := l.Find(code); ok {
		return t.Label
	}
	return code
}

// Under is the part of the list below one parent.
func (l List) Under(parent string) List {
	var out List
	for _, t := range l {
		if t.Parent == parent {
			out = append(out, t)
		}
	}
	return out
}

// Belongs tells whether a code is in the list under that parent, as a subject is under its area.
func (l List) Belongs(code, parent string) bool {
	t, ok := l.Find(code)
	return ok && t.Parent == parent
}

// Segments are the 44 markets a company may be in.
func Segments() List { return segments }

// Areas are the 13 areas of consumption.
func Areas() List { return areas }

// Subjects are what a complaint may be about, each under an area.
func Subjects() List { return subjects }

// ProblemGroups are the 8 families of problems.
func ProblemGroups() List { return problemGroups }

// Problems are what may have gone wrong, each under a group.
func Problems() List { return problems }

// Purchases are the 8 ways of having bought or contracted (como_comprou).
func Purchases() List { return purchases }

// Remedies are what the consumer may ask for (pedido).
func Remedies() List { return remedies }
