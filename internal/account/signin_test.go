package account_test

import (
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"fangxin/internal/access"
	"fangxin/internal/account"
	"fangxin/internal/fault"
)

func TestSignIn(t *testing.T) {
	each(t, account.Options{StaffTOTP: true}, func(t *testing.T, h *house) {
		h.staff("li.wei", "360102", access.CountyOfficer)
		v, err := h.SignIn(t.Context(), account.SignInCommand{Login: " Li.Wei ", Password: password})
		if err != nil || v.Account.Login != "li.wei" || v.Authority != "东湖区市场监督管理局" || v.Pending != "" {
			t.Fatalf("signed in: %+v %v", v, err)
		}
		for name, cmd := range map[string]account.SignInCommand{
			"wrong password": {Login: "li.wei", Password: "nope"},
			"no password":    {Login: "li.wei"},
			"unknown":        {Login: "nobody", Password: password},
			"empty":          {},
		} {
			if _, err := h.SignIn(t.Context(), cmd); !fault.Is(err, fault.BadCredentials) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := h.SignIn(t.Context(), account.SignInCommand{Login: "li.wei", Password: strings.Repeat("x", 129)}); !fault.Is(err, fault.Invalid) && !fault.Is(err, fault.BadCredentials) {
			t.Errorf("a long password: %v", err)
		}
		if got := h.outcomes("account.sign_in"); got["done "] != 1 || got["refused bad-credentials"] != 4 {
			t.Errorf("audit: %v", got)
		}
	})
}

// A name that nobody has locks like one that somebody has.
func TestLockout(t *testing.T) {
	each(t, account.Options{}, func(t *testing.T, h *house) {
		v := h.staff("li.wei", "360102", access.CountyOfficer)
		admin := h.staff("admin.nc", "3601", access.Administrator)
		for _, login := range []string{"li.wei", "nobody"} {
			for i := range 5 {
				if _, err := h.SignIn(t.Context(), account.SignInCommand{Login: login, Password: "wrong"}); !fault.Is(err, fault.BadCredentials) {
					t.Fatalf("%s, attempt %d: %v", login, i+1, err)
				}
			}
			if _, err := h.SignIn(t.Context(), account.SignInCommand{Login: login, Password: password}); !fault.Is(err, fault.Locked) {
				t.Errorf("%s after five: %v", login, err)
			}
		}
		if got, err := h.Get(h.as(admin), account.AccountCommand{ID: v.ID}); err != nil || got.LockedUntil == nil || !got.LockedUntil.Equal(h.rt.Now().Add(15*time.Minute)) {
			t.Errorf("locked until %v (%v)", got.LockedUntil, err)
		}
		h.clock.Add(15*time.Minute - time.Second)
		if _, err := h.SignIn(t.Context(), account.SignInCommand{Login: "li.wei", Password: password}); !fault.Is(err, fault.Locked) {
			t.Errorf("a second too early: %v", err)
		}
		h.clock.Add(time.Second)
		if _, err := h.SignIn(t.Context(), account.SignInCommand{Login: "li.wei", Password: password}); err != nil {
			t.Errorf("after the lock: %v", err)
		}

		// A sign-in that works forgives what was before it.
		for range 4 {
			_, _ = h.SignIn(t.Context(), account.SignInCommand{Login: "li.wei", Password: "wrong"})
		}
		if _, err := h.SignIn(t.Context(), account.SignInCommand{Login: "li.wei", Password: password}); err != nil {
			t.Fatal(err)
		}
		for i := range 5 {
			if _, err := h.SignIn(t.Context(), account.SignInCommand{Login: "li.wei", Password: "wrong"}); !fault.Is(err, fault.BadCredentials) {
				t.Fatalf("attempt %d: %v", i+1, err)
			}
		}
		if _, err := h.Unlock(h.as(admin), account.AccountCommand{ID: v.ID}); err != nil {
			t.Fatal(err)
		}
		if _, err := h.SignIn(t.Context(), account.SignInCommand{Login: "li.wei", Password: password}); err != nil {
			t.Errorf("after unlocking: %v", err)
		}
	})
}

func TestTOTP(t *testing.T) {
	each(t, account.Options{StaffTOTP: true}, func(t *testing.T, h *house) {
		v := h.staff("li.wei", "360102", access.CountyOfficer)
		me := h.as(v)
		if _, err := h.EnrolTOTP(me, account.EnrolCommand{Password: "wrong"}); !fault.Is(err, fault.BadCredentials) {
			t.Fatalf("enrol without the password: %v", err)
		}
		if _, err := h.ConfirmTOTP(me, account.ConfirmCommand{Code: "123456"}); !fault.Is(err, fault.Conflict) {
			t.Errorf("confirm before enrolling: %v", err)
		}
		e, err := h.EnrolTOTP(me, account.EnrolCommand{Password: password})
		if err != nil || !strings.HasPrefix(e.URI, "otpauth://totp/") || !strings.Contains(e.URI, e.Secret) {
			t.Fatalf("enrol: %+v %v", e, err)
		}
		code := func() string {
			c, err := totp.GenerateCode(e.Secret, h.rt.Now())
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		if _, err := h.ConfirmTOTP(me, account.ConfirmCommand{Code: flip(code())}); !fault.Is(err, fault.Invalid) {
			t.Errorf("confirm with a wrong code: %v", err)
		}
		used := code()
		recovery, err := h.ConfirmTOTP(me, account.ConfirmCommand{Code: used})
		if err != nil || len(recovery.Codes) != 10 {
			t.Fatalf("confirm: %+v %v", recovery, err)
		}
		signIn := func(code string) error {
			_, err := h.SignIn(t.Context(), account.SignInCommand{Login: "li.wei", Password: password, Code: code})
			return err
		}
		if err := signIn(""); !fault.Is(err, fault.SecondFactor) {
			t.Errorf("without a code: %v", err)
		}
		if err := signIn(used); !fault.Is(err, fault.BadCredentials) {
			t.Errorf("the code of the confirmation again: %v", err)
		}
		h.clock.Add(30 * time.Second)
		now := code()
		if err := signIn(now); err != nil {
			t.Errorf("a fresh code: %v", err)
		}
		if err := signIn(now); !fault.Is(err, fault.BadCredentials) {
			t.Errorf("the same code again: %v", err)
		}
		h.clock.Add(2 * time.Minute)
		if err := signIn(now); !fault.Is(err, fault.BadCredentials) {
			t.Errorf("an old code: %v", err)
		}
		if err := signIn(strings.ToUpper(recovery.Codes[0])); err != nil {
			t.Errorf("a recovery code: %v", err)
		}
		if err := signIn(recovery.Codes[0]); !fault.Is(err, fault.BadCredentials) {
			t.Errorf("a recovery code again: %v", err)
		}
	})
}

// Wrong codes count as wrong attempts, right passwords without a code do not.
func TestTOTPBruteForce(t *testing.T) {
	each(t, account.Options{}, func(t *testing.T, h *house) {
		me := h.as(h.staff("li.wei", "360102", access.CountyOfficer))
		e, err := h.EnrolTOTP(me, account.EnrolCommand{Password: password})
		if err != nil {
			t.Fatal(err)
		}
		right, _ := totp.GenerateCode(e.Secret, h.rt.Now())
		if _, err := h.ConfirmTOTP(me, account.ConfirmCommand{Code: right}); err != nil {
			t.Fatal(err)
		}
		h.clock.Add(minute)
		right, _ = totp.GenerateCode(e.Secret, h.rt.Now())
		for range 5 {
			if _, err := h.SignIn(t.Context(), account.SignInCommand{Login: "li.wei", Password: password}); !fault.Is(err, fault.SecondFactor) {
				t.Fatalf("password alone: %v", err)
			}
			if _, err := h.SignIn(t.Context(), account.SignInCommand{Login: "li.wei", Password: password, Code: flip(right)}); !fault.Is(err, fault.BadCredentials) {
				t.Fatalf("wrong code: %v", err)
			}
		}
		if _, err := h.SignIn(t.Context(), account.SignInCommand{Login: "li.wei", Password: password, Code: right}); !fault.Is(err, fault.Locked) {
			t.Errorf("after five wrong codes: %v", err)
		}
	})
}

// flip changes the last digit.
func flip(code string) string {
	return code[:len(code)-1] + string('0'+(code[len(code)-1]-'0'+5)%10)
}

func TestChangePassword(t *testing.T) {
	each(t, account.Options{Passwords: "djbh"}, func(t *testing.T, h *house) {
		me := h.as(h.staff("li.wei", "360102", access.CountyOfficer))
		for name, tc := range map[string]struct {
			cmd  account.ChangePasswordCommand
			code fault.Code
		}{
			"wrong current":  {account.ChangePasswordCommand{Current: "x", New: "Willow-Brook-88"}, fault.BadCredentials},
			"the same":       {account.ChangePasswordCommand{Current: password, New: password}, fault.Invalid},
			"two classes":    {account.ChangePasswordCommand{Current: password, New: "willowbrook88"}, fault.Invalid},
			"too short":      {account.ChangePasswordCommand{Current: password, New: "Wi-88"}, fault.Invalid},
			"around a login": {account.ChangePasswordCommand{Current: password, New: "Li.Wei-2026"}, fault.Invalid},
		} {
			if err := h.ChangePassword(me, tc.cmd); !fault.Is(err, tc.code) {
				t.Errorf("%s: %v, want %s", name, err, tc.code)
			}
		}
		if err := h.ChangePassword(t.Context(), account.ChangePasswordCommand{Current: password, New: "Willow-Brook-88"}); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("the public: %v", err)
		}
		if err := h.ChangePassword(me, account.ChangePasswordCommand{Current: password, New: "Willow-Brook-88"}); err != nil {
			t.Fatal(err)
		}
		if _, err := h.SignIn(t.Context(), account.SignInCommand{Login: "li.wei", Password: password}); !fault.Is(err, fault.BadCredentials) {
			t.Errorf("the old password: %v", err)
		}
		h.clock.Add(91 * 24 * time.Hour)
		v, err := h.SignIn(t.Context(), account.SignInCommand{Login: "li.wei", Password: "Willow-Brook-88"})
		if err != nil || v.Pending != "change_password_first" {
			t.Errorf("after 91 days: %+v %v", v, err)
		}
	})
}

func TestProfiles(t *testing.T) {
	asvs, djbh := account.Profiles[0], account.Profiles[1]
	for _, tc := range []struct {
		password   string
		asvs, djbh string // rule broken; "" for none
	}{
		{"correct horse battery", "", "password_classes"},
		{"short", "min", "min"},
		{"woaini1314", "password_common", "password_classes"},
		{"Password123", "password_common", "password_common"},
		{"Aa1Aa1Aa1Aa1", "password_common", "password_common"},
		{"Tx9#mvQ2", "", "min"},
		{"一条很长的中文口令也可以", "", "password_classes"},
		{"Zhangsan-2026", "password_personal", "password_personal"},
		{strings.Repeat("aB3$xyz ", 17), "max", "max"},
	} {
		for profile, want := range map[*account.Profile]string{&asvs: tc.asvs, &djbh: tc.djbh} {
			got := ""
			if f, ok := fault.As(profile.Check("/new", tc.password, "zhangsan")); ok {
				got = f.Fields[0].Rule
			}
			if got != want {
				t.Errorf("%s: %q breaks %q, want %q", profile.Name, tc.password, got, want)
			}
		}
	}
}
