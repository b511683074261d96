package account_test

import (
	"fmt"
	"testing"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/account"
	"fangxin/internal/clientip"
	"fangxin/internal/fault"
)

const phone = "13812345678"

func TestJoinByPhone(t *testing.T) {
	each(t, account.Options{ShowCodes: true}, func(t *testing.T, h *house) {
		v, err := h.RequestCode(t.Context(), account.RequestCodeCommand{Phone: "+86 138-1234-5678"})
		if err != nil || v.Phone != "138****5678" || len(v.DemoCode) != 6 {
			t.Fatalf("code: %+v %v", v, err)
		}
		h.work()
		if len(h.outbox.sent) != 1 || h.outbox.sent[0].Phone != phone || h.outbox.sent[0].Text == "" {
			t.Fatalf("sent: %+v", h.outbox.sent)
		}
		verify := func(code string) (account.SessionView, error) {
			return h.VerifyCode(t.Context(), account.VerifyCodeCommand{Phone: phone, Code: code, Name: "王店主"})
		}
		first, err := verify(v.DemoCode)
		if err != nil || first.Account.Name != "王店主" || len(first.Account.Roles) != 1 || first.Account.Roles[0] != access.Merchant || first.Pending != "" {
			t.Fatalf("joined: %+v %v", first, err)
		}
		if _, err := verify(v.DemoCode); !fault.Is(err, fault.BadCredentials) {
			t.Errorf("the same code again: %v", err)
		}
		if got, err := h.Phone(t.Context(), h.db.R, first.Account.ID); err != nil || got != phone {
			t.Errorf("proven number: %q %v", got, err)
		}

		h.clock.Add(2 * time.Minute)
		v, err = h.RequestCode(t.Context(), account.RequestCodeCommand{Phone: phone})
		if err != nil {
			t.Fatal(err)
		}
		again, err := h.VerifyCode(t.Context(), account.VerifyCodeCommand{Phone: phone, Code: v.DemoCode, As: access.Organiser})
		if err != nil || again.Account.ID != first.Account.ID || len(again.Account.Roles) != 2 {
			t.Errorf("signed in again: %+v %v", again, err)
		}
		if _, err := h.VerifyCode(t.Context(), account.VerifyCodeCommand{Phone: phone, Code: v.DemoCode, As: access.Administrator}); !fault.Is(err, fault.Invalid) {
			t.Errorf("joining as administrator: %v", err)
		}
	})
}

// The number of a member of staff never signs the member in.
func TestPhoneOfStaff(t *testing.T) {
	each(t, account.Options{ShowCodes: true}, func(t *testing.T, h *house) {
		admin := h.as(h.staff("admin", "36", access.Administrator))
		officer, err := h.CreateStaff(admin, account.CreateStaffCommand{Login: "li.wei", StaffData: account.StaffData{
			Name: "李伟", Phone: phone, Roles: []access.Role{access.ProvinceOfficer}, Authority: h.authority("36").ID}})
		if err != nil {
			t.Fatal(err)
		}
		v, err := h.RequestCode(t.Context(), account.RequestCodeCommand{Phone: phone})
		if err != nil {
			t.Fatal(err)
		}
		in, err := h.VerifyCode(t.Context(), account.VerifyCodeCommand{Phone: phone, Code: v.DemoCode})
		if err != nil || in.Account.ID == officer.ID || len(in.Account.Roles) != 1 || in.Account.Roles[0] != access.Merchant {
			t.Errorf("signed in as %+v (%v)", in, err)
		}
	})
}

func TestCodeBruteForce(t *testing.T) {
	each(t, account.Options{ShowCodes: true}, func(t *testing.T, h *house) {
		v, err := h.RequestCode(t.Context(), account.RequestCodeCommand{Phone: phone})
		if err != nil {
			t.Fatal(err)
		}
		for range 5 {
			if _, err := h.VerifyCode(t.Context(), account.VerifyCodeCommand{Phone: phone, Code: flip(v.DemoCode)}); !fault.Is(err, fault.BadCredentials) {
				t.Fatal(err)
			}
		}
		if _, err := h.VerifyCode(t.Context(), account.VerifyCodeCommand{Phone: phone, Code: v.DemoCode}); !fault.Is(err, fault.BadCredentials) {
			t.Errorf("the right code after five wrong ones: %v", err)
		}
		if got := h.outcomes("account.verify_code"); got["refused bad-credentials"] != 6 || got["done "] != 0 {
			t.Errorf("audit: %v", got)
		}
	})
}

func TestCodeExpires(t *testing.T) {
	each(t, account.Options{ShowCodes: true}, func(t *testing.T, h *house) {
		v, err := h.RequestCode(t.Context(), account.RequestCodeCommand{Phone: phone})
		if err != nil {
			t.Fatal(err)
		}
		h.clock.Add(10 * time.Minute)
		if _, err := h.VerifyCode(t.Context(), account.VerifyCodeCommand{Phone: phone, Code: v.DemoCode}); !fault.Is(err, fault.BadCredentials) {
			t.Errorf("after ten minutes: %v", err)
		}
		h.clock.Add(time.Second)
		h.work()
		if len(h.outbox.sent) != 0 {
			t.Error("a code that has expired was sent")
		}
	})
}

func TestCodeLimits(t *testing.T) {
	each(t, account.Options{}, func(t *testing.T, h *house) {
		ask := func(phone, from string) error {
			v, err := h.RequestCode(clientip.With(t.Context(), from), account.RequestCodeCommand{Phone: phone})
			if v.DemoCode != "" {
				t.Error("a code is shown outside the demo")
			}
			return err
		}
		if err := ask(phone, "203.0.113.1"); err != nil {
			t.Fatal(err)
		}
		h.clock.Add(59 * time.Second)
		if err := ask(phone, "203.0.113.2"); !fault.Is(err, fault.RateLimited) {
			t.Errorf("within a minute: %v", err)
		}
		h.clock.Add(time.Second)
		if err := ask(phone, "203.0.113.2"); err != nil {
			t.Errorf("after a minute: %v", err)
		}
		for i := range 30 {
			if err := ask(fmt.Sprintf("139000000%02d", i), "203.0.113.9"); err != nil {
				t.Fatalf("number %d: %v", i, err)
			}
		}
		if err := ask("13900000099", "203.0.113.9"); !fault.Is(err, fault.RateLimited) {
			t.Errorf("the 31st number of an address: %v", err)
		}
		if err := ask("13900000099", "203.0.113.10"); err != nil {
			t.Errorf("another address: %v", err)
		}
	})
}
