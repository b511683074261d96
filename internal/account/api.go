package account

import (
	"context"
	"net/http"
	"net/url"

	"fangxin/internal/access"
	"fangxin/internal/fault"
	"fangxin/internal/httpapi"
	"fangxin/internal/ident"
	"fangxin/internal/usecase"
)

type body[C any] struct{ Body C }

type idInput struct {
	ID string `path:"id" format:"uuid"`
}

type changeInput struct {
	httpapi.Conditional
	ID string `path:"id" format:"uuid"`
}

type updateInput struct {
	httpapi.Conditional
	ID   string `path:"id" format:"uuid"`
	Body UpdateStaffCommand
}

type listInput struct {
	httpapi.Paged
	Authority string `query:"authority" format:"uuid" doc:"Only staff of this authority."`
}

type colleaguesInput struct {
	Role string `query:"role" required:"true" enum:"inspector,county_officer,city_officer,province_officer,publisher,supervisor,administrator"`
}

type empty struct{}

// Mount adds the operations.
func (s *Service) Mount(a *httpapi.API) {
	s.mountSession(a)
	s.mountOwn(a)
	s.mountStaff(a)
}

func (s *Service) mountSession(a *httpapi.API) {
	const tag = "session"
	guess := []fault.Code{fault.BadCredentials, fault.Locked, fault.RateLimited}
	httpapi.Register(a, signInDef, httpapi.Operation{
		Method: "POST", Path: "/session", Tag: tag, Summary: "Sign in by password",
		Detail: "Sets the session cookie. When the account has one-time codes and none was sent, the answer is second-factor-required: send the code alone, with the cookie of that answer, or everything together.",
		Codes:  append(guess, fault.SecondFactor),
	}, func(ctx context.Context, in *body[SignInCommand]) (*httpapi.Out[SessionView], error) {
		return reply(s.SignIn(ctx, in.Body))
	})
	httpapi.Register(a, sessionDef, httpapi.Operation{
		Method: "GET", Path: "/session", Tag: tag, Summary: "Read who is signed in", Codes: []fault.Code{fault.Unauthenticated},
	}, func(ctx context.Context, _ *empty) (*httpapi.Out[SessionView], error) { return reply(s.Session(ctx)) })
	httpapi.Register(a, signOutDef, httpapi.Operation{
		Method: "DELETE", Path: "/session", Tag: tag, Summary: "Sign out", Status: http.StatusNoContent, Codes: []fault.Code{fault.Unauthenticated},
	}, func(ctx context.Context, _ *empty) (*empty, error) { return done(s.SignOut(ctx)) })
	httpapi.Register(a, requestCodeDef, httpapi.Operation{
		Method: "POST", Path: "/phone-codes", Tag: tag, Summary: "Ask for a code by text message", Codes: []fault.Code{fault.RateLimited},
		Detail: "The answer is the same for numbers with and without an account.",
	}, func(ctx context.Context, in *body[RequestCodeCommand]) (*httpapi.Out[CodeView], error) {
		return reply(s.RequestCode(ctx, in.Body))
	})
	httpapi.Register(a, verifyCodeDef, httpapi.Operation{
		Method: "POST", Path: "/phone-codes/verify", Tag: tag, Summary: "Sign in or register by the code", Codes: guess,
		Detail: "Makes the account of a merchant or organiser when the number is new. Sets the session cookie.",
	}, func(ctx context.Context, in *body[VerifyCodeCommand]) (*httpapi.Out[SessionView], error) {
		return reply(s.VerifyCode(ctx, in.Body))
	})
}

func (s *Service) mountOwn(a *httpapi.API) {
	const tag = "own account"
	guess := []fault.Code{fault.Unauthenticated, fault.BadCredentials, fault.Locked}
	httpapi.Register(a, changePasswordDef, httpapi.Operation{
		Method: "PUT", Path: "/account/password", Tag: tag, Summary: "Change the password", Status: http.StatusNoContent, Codes: guess,
		Detail: "Ends all other sessions.",
	}, func(ctx context.Context, in *body[ChangePasswordCommand]) (*empty, error) {
		return done(s.ChangePassword(ctx, in.Body))
	})
	httpapi.Register(a, renameDef, httpapi.Operation{
		Method: "PUT", Path: "/account/name", Tag: tag, Summary: "Change how one is addressed",
	}, func(ctx context.Context, in *body[RenameCommand]) (*httpapi.Out[View], error) {
		return reply(s.Rename(ctx, in.Body))
	})
	httpapi.Register(a, enrolDef, httpapi.Operation{
		Method: "POST", Path: "/account/totp", Tag: tag, Summary: "Begin to set up one-time codes", Codes: guess,
	}, func(ctx context.Context, in *body[EnrolCommand]) (*httpapi.Out[Enrolment], error) {
		return reply(s.EnrolTOTP(ctx, in.Body))
	})
	httpapi.Register(a, confirmDef, httpapi.Operation{
		Method: "POST", Path: "/account/totp/confirm", Tag: tag, Summary: "Put one-time codes into force", Codes: append(guess, fault.Conflict),
		Detail: "Answers with recovery codes, which are shown only here.",
	}, func(ctx context.Context, in *body[ConfirmCommand]) (*httpapi.Out[RecoveryCodes], error) {
		return reply(s.ConfirmTOTP(ctx, in.Body))
	})
	httpapi.Register(a, listSessionsDef, httpapi.Operation{
		Method: "GET", Path: "/account/sessions", Tag: tag, Summary: "List where one is signed in",
	}, func(ctx context.Context, _ *empty) (*httpapi.ListOut[SessionEntry], error) {
		list, err := s.Sessions(ctx)
		if err != nil {
			return nil, err
		}
		return httpapi.ReplyList(list, "", "/account/sessions", url.Values{}), nil
	})
	httpapi.Register(a, endSessionDef, httpapi.Operation{
		Method: "DELETE", Path: "/account/sessions/{id}", Tag: tag, Summary: "Sign out elsewhere", Status: http.StatusNoContent,
	}, func(ctx context.Context, in *idInput) (*empty, error) {
		return done(s.EndSession(ctx, EndSessionCommand{ID: in.ID}))
	})
	httpapi.Register(a, listTokensDef, httpapi.Operation{
		Method: "GET", Path: "/tokens", Tag: tag, Summary: "List one's API tokens",
	}, func(ctx context.Context, _ *empty) (*httpapi.ListOut[TokenView], error) {
		list, err := s.Tokens(ctx)
		if err != nil {
			return nil, err
		}
		return httpapi.ReplyList(list, "", "/tokens", url.Values{}), nil
	})
	// No Idempotency-Key: the answer holds a secret, and answers are kept.
	httpapi.Register(a, createTokenDef, httpapi.Operation{
		Method: "POST", Path: "/tokens", Tag: tag, Summary: "Make an API token", Status: http.StatusCreated,
		Detail: "The secret is in this answer and nowhere else.",
	}, func(ctx context.Context, in *body[CreateTokenCommand]) (*httpapi.Out[TokenView], error) {
		v, err := s.CreateToken(ctx, in.Body)
		if err != nil {
			return nil, err
		}
		return httpapi.Created(v, 0, httpapi.Prefix+"/tokens"), nil
	})
	httpapi.Register(a, revokeTokenDef, httpapi.Operation{
		Method: "DELETE", Path: "/tokens/{id}", Tag: tag, Summary: "Revoke an API token", Status: http.StatusNoContent,
	}, func(ctx context.Context, in *idInput) (*empty, error) {
		return done(s.RevokeToken(ctx, RevokeTokenCommand{ID: ident.TokenID(in.ID)}))
	})
}

func (s *Service) mountStaff(a *httpapi.API) {
	const tag = "accounts"
	httpapi.Register(a, listDef, httpapi.Operation{
		Method: "GET", Path: "/accounts", Tag: tag, Summary: "List staff", Detail: "Of the caller's authority and those below it.",
	}, func(ctx context.Context, in *listInput) (*httpapi.ListOut[View], error) {
		v, err := s.List(ctx, ListQuery{Authority: ident.AuthorityID(in.Authority), Limit: in.Limit, After: in.After})
		if err != nil {
			return nil, err
		}
		query := url.Values{}
		if in.Authority != "" {
			query.Set("authority", in.Authority)
		}
		return httpapi.ReplyList(v.Items, v.Next, "/accounts", query), nil
	})
	httpapi.Register(a, colleaguesDef, httpapi.Operation{
		Method: "GET", Path: "/colleagues", Tag: tag, Summary: "List active staff who hold a role", Detail: "In the caller's authority and those below it, by name.",
	}, func(ctx context.Context, in *colleaguesInput) (*httpapi.ListOut[Colleague], error) {
		list, err := s.Colleagues(ctx, ColleaguesQuery{Role: access.Role(in.Role)})
		if err != nil {
			return nil, err
		}
		return httpapi.ReplyList(list, "", "/colleagues", url.Values{}), nil
	})
	httpapi.Register(a, getDef, httpapi.Operation{
		Method: "GET", Path: "/accounts/{id}", Tag: tag, Summary: "Read an account of staff",
	}, func(ctx context.Context, in *idInput) (*httpapi.Out[View], error) {
		return versioned(s.Get(ctx, AccountCommand{ID: ident.AccountID(in.ID)}))
	})
	// No Idempotency-Key: the answer holds a password, and answers are kept.
	// A repeated request is refused, because the login is taken.
	httpapi.Register(a, createStaffDef, httpapi.Operation{
		Method: "POST", Path: "/accounts", Tag: tag, Summary: "Make an account for a colleague", Status: http.StatusCreated,
	}, func(ctx context.Context, in *body[CreateStaffCommand]) (*httpapi.Out[Created], error) {
		v, err := s.CreateStaff(ctx, in.Body)
		if err != nil {
			return nil, err
		}
		return httpapi.Created(v, v.Version, httpapi.Prefix+"/accounts/"+string(v.ID)), nil
	})
	httpapi.Register(a, updateStaffDef, httpapi.Operation{
		Method: "PUT", Path: "/accounts/{id}", Tag: tag, Summary: "Change name, roles or authority", Change: true, Codes: []fault.Code{fault.FourEyes},
	}, func(ctx context.Context, in *updateInput) (*httpapi.Out[View], error) {
		in.Body.ID = ident.AccountID(in.ID)
		return versioned(s.UpdateStaff(ctx, in.Body))
	})
	for _, op := range []struct {
		def        *usecase.Def
		verb, does string
		run        func(context.Context, AccountCommand) (View, error)
	}{
		{deactivateDef, "deactivate", "End an account", s.Deactivate},
		{activateDef, "activate", "Let an account sign in again", s.Activate},
		{unlockDef, "unlock", "Forgive wrong attempts", s.Unlock},
	} {
		httpapi.Register(a, op.def, httpapi.Operation{
			Method: "POST", Path: "/accounts/{id}/" + op.verb, Tag: tag, Summary: op.does, Change: true, Codes: []fault.Code{fault.FourEyes},
		}, func(ctx context.Context, in *changeInput) (*httpapi.Out[View], error) {
			return versioned(op.run(ctx, AccountCommand{ID: ident.AccountID(in.ID)}))
		})
	}
	httpapi.Register(a, resetDef, httpapi.Operation{
		Method: "POST", Path: "/accounts/{id}/reset", Tag: tag, Summary: "Give a new first password", Change: true, Codes: []fault.Code{fault.FourEyes},
		Detail: "Also takes the one-time codes away, for a lost device.",
	}, func(ctx context.Context, in *changeInput) (*httpapi.Out[Created], error) {
		v, err := s.Reset(ctx, AccountCommand{ID: ident.AccountID(in.ID)})
		if err != nil {
			return nil, err
		}
		return httpapi.Reply(v, v.Version), nil
	})
}

func reply[V any](v V, err error) (*httpapi.Out[V], error) {
	if err != nil {
		return nil, err
	}
	return httpapi.Reply(v, 0), nil
}

func versioned(v View, err error) (*httpapi.Out[View], error) {
	if err != nil {
		return nil, err
	}
	return httpapi.Reply(v, v.Version), nil
}

func done(err error) (*empty, error) {
	if err != nil {
		return nil, err
	}
	return &empty{}, nil
}
