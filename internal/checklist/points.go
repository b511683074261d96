package checklist

import (
	"fmt"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// Points is an exact decimal with two places, held as hundredths. Everything
// that is counted or compared uses it: points, percentages, measured numbers.
// In JSON it is the integer number of hundredths (6 points = 600); data files
// write decimals (6, 1.5).
type Points int64

// P makes Points of a whole number.
func P(n int) Points { return Points(n) * 100 }

// ParsePoints reads a decimal with up to two places.
func ParsePoints(s string) (Points, error) {
	whole, frac, dot := strings.Cut(s, ".")
	if dot && (frac == "" || len(frac) > 2) {
		return 0, fmt.Errorf("%q needs one or two places after the point", s)
	}
	n, err := strconv.ParseInt(whole+(frac + "00")[:2], 10, 64)
	if err != nil || whole == "" || whole == "-" || strings.HasPrefix(s, "+") {
		return 0, fmt.Errorf("%q is not a decimal number", s)
	}
	return Points(n), nil
}

// String writes the decimal without superfluous zeros: 6, 1.5, 87.25.
func (p Points) String() string {
	sign, n := "", int64(p)
	if n < 0 {
		sign, n = "-", -n
	}
	s := strconv.FormatInt(n/100, 10)
	if f := n % 100; f != 0 {
		s += "." + strings.TrimRight(fmt.Sprintf("%02d", f), "0")
	}
	return sign + s
}

// UnmarshalYAML reads a decimal number.
func (p *Points) UnmarshalYAML(n *yaml.Node) error {
	v, err := ParsePoints(n.Value)
	if err != nil {
		return fmt.Errorf("line %d: %w", n.Line, err)
	}
	*p = v
	return nil
}

// ratio is a×b÷c rounded half up; c must be positive, the others not negative.
func ratio(a, b, c Points) Points { return (2*a*b + c) / (2 * c) }

// Words is a list that data files may write as words parted by spaces.
type Words[T ~string] []T

// UnmarshalYAML reads a sequence or one string of words.
func (w *Words[T]) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.SequenceNode {
		return n.Decode((*[]T)(w))
	}
	*w = nil
	for _, f := range strings.Fields(n.Value) {
		*w = append(*w, T(f))
	}
	return nil
}
