package i18n

import "strconv"

// Number writes a whole number with a comma after each three digits, which
// both languages read.
func Number(n int64) string {
	s := strconv.FormatInt(n, 10)
	sign := ""
	if s[0] == '-' {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}

// Bytes writes a size in decimal units with at most one digit after the point:
// 216 KB, 7.9 MB.
func Bytes(n int64) string {
	units := []string{"B", "KB", "MB", "GB", "TB"}
	v, u := float64(n), 0
	for v >= 999.5 && u < len(units)-1 {
		v, u = v/1000, u+1
	}
	digits := 0
	if u > 0 && v < 9.95 {
		digits = 1
	}
	return strconv.FormatFloat(v, 'f', digits, 64) + " " + units[u]
}

// Left words the working days (工作日) that remain until a deadline: negative
// when it has passed, zero on its day.
func (c *Catalogue) Left(lang string, days int) string {
	switch {
	case days < 0:
		return c.T(lang, "core.overdue", -days)
	case days == 0:
		return c.T(lang, "core.due_today")
	}
	return c.T(lang, "core.left", days)
}
