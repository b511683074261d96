package account

import (
	"context"
	"crypto/rand"
	_ "embed" // the list of common passwords
	"math/big"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"

	"fangxin/internal/fault"
)

// hashing is argon2id with 19 MiB, two passes and one lane, the first choice
// of the OWASP password storage guidance.
var hashing = &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// hashers bounds the memory that sign-ins can take at once.
var hashers = make(chan struct{}, max(2, runtime.GOMAXPROCS(0)))

// withHasher runs fn when a place is free, or gives up with the request.
func withHasher(ctx context.Context, fn func() error) error {
	select {
	case hashers <- struct{}{}:
		defer func() { <-hashers }()
		return fn()
	case <-ctx.Done():
		return fault.Wrap(fault.Unavailable, ctx.Err(), "")
	}
}

func hashPassword(ctx context.Context, password string) (hash string, err error) {
	err = withHasher(ctx, func() error {
		hash, err = argon2id.CreateHash(password, hashing)
		return err
	})
	return hash, err
}

// dummy is a hash of nothing anybody types; comparing with it takes as long as
// with a real one.
var dummy = sync.OnceValue(func() string {
	hash, err := argon2id.CreateHash(rand.Text(), hashing)
	if err != nil {
		panic(err) // only when the system has no randomness
	}
	return hash
})

// matches compares a password with a hash. An empty hash matches nothing, and
// takes as long.
func matches(ctx context.Context, password, hash string) (ok bool, err error) {
	real := hash != ""
	if !real {
		hash = dummy()
	}
	err = withHasher(ctx, func() error {
		ok, err = argon2id.ComparePasswordAndHash(password, hash)
		return err
	})
	return ok && real, err
}

//go:embed common_passwords.txt
var commonList string

var common = sync.OnceValue(func() map[string]bool {
	set := map[string]bool{}
	for _, line := range strings.Split(commonList, "\n") {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			set[line] = true
		}
	}
	return set
})

// Check refuses a password that breaks the profile, as a fault on the pointed
// field. about are the words a guesser tries first: login and name.
func (p Profile) Check(pointer, password string, about ...string) error {
	length := utf8.RuneCountInString(password)
	lower := strings.ToLower(password)
	switch {
	case length < p.Min:
		return fault.OnField(pointer, "min", strconv.Itoa(p.Min))
	case length > p.Max:
		return fault.OnField(pointer, "max", strconv.Itoa(p.Max))
	case classes(password) < p.Classes:
		return fault.OnField(pointer, "password_classes", strconv.Itoa(p.Classes))
	case p.Common && (common()[lower] || repetitive(lower)):
		return fault.OnField(pointer, "password_common", "")
	}
	for _, word := range append(about, "fangxin", "放心消费") {
		// What is left beside the word must make a password of its own.
		if word = strings.ToLower(word); len(word) >= 3 && strings.Contains(lower, word) &&
			utf8.RuneCountInString(strings.ReplaceAll(lower, word, "")) < p.Min-2 {
			return fault.OnField(pointer, "password_personal", "")
		}
	}
	return nil
}

// classes counts the kinds of characters.
func classes(s string) int {
	var lower, upper, digit, other int
	for _, r := range s {
		switch {
		case unicode.IsLower(r):
			lower = 1
		case unicode.IsUpper(r):
			upper = 1
		case unicode.IsDigit(r):
			digit = 1
		default:
			other = 1
		}
	}
	return lower + upper + digit + other
}

// repetitive reports one short piece over and over, such as "abababab".
func repetitive(s string) bool {
	for n := 1; n <= 3 && n < len(s); n++ {
		if strings.Repeat(s[:n], len(s)/n+1)[:len(s)] == s {
			return true
		}
	}
	return false
}

// Alphabets without the characters that people misread.
const (
	lowerLetters = "abcdefghjkmnpqrstuvwxyz"
	upperLetters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
	digits       = "23456789"
)

// initialPassword makes a password that satisfies every profile, to be read
// out to its owner and changed at the first sign-in.
func initialPassword() (string, error) {
	groups := []string{upperLetters, lowerLetters, lowerLetters, lowerLetters, digits}
	var b strings.Builder
	for part := range 3 {
		if part > 0 {
			b.WriteByte('-')
		}
		for _, alphabet := range groups {
			i, err := rand.Int(rand.Reader, big.NewInt(int64(len(alphabet))))
			if err != nil {
				return "", err
			}
			b.WriteByte(alphabet[i.Int64()])
		}
	}
	return b.String(), nil
}
