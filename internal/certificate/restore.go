package certificate

import (
	"context"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/usecase"
)

// ProposeCommand asks a second officer to give a title back.
type ProposeCommand struct {
	ID     ident.CertificateID `json:"-" validate:"required,uuid7"`
	Action lifecycle.Action    `json:"action" validate:"required,oneof=restore verify_rectification"`
	Reason string              `json:"reason" validate:"required,notblank,max=500,plain"`
}

// DecideCommand answers a proposal.
type DecideCommand struct {
	ID      ident.CertificateID `json:"-" validate:"required,uuid7"`
	Approve bool                `json:"approve"`
}

// Proposal waits for a second officer.
type Proposal struct {
	ID         string           `json:"id"`
	Action     lifecycle.Action `json:"action"`
	Reason     string           `json:"reason"`
	ProposedBy string           `json:"proposed_by"`
	ProposedAt time.Time        `json:"proposed_at"`
	// Mine says that the reader proposed it and so cannot decide it.
	Mine bool `json:"mine"`
}

var (
	proposeDef = usecase.Define(usecase.Def{Name: "certificate.propose", Allow: lifecycle.Certificate.Roles(lifecycle.Restore)})
	decideDef  = usecase.Define(usecase.Def{Name: "certificate.decide", Allow: lifecycle.Certificate.Roles(lifecycle.Restore)})
)

// Propose records that an officer wants to give the title back. Nothing
// changes until another one agrees.
func (s *Service) Propose(ctx context.Context, cmd ProposeCommand) (Proposal, error) {
	return usecase.Do(ctx, s.rt, proposeDef, cmd, func(ctx context.Context, c *usecase.Call) (Proposal, error) {
		r, err := get(ctx, c.Tx, cmd.ID, c.By)
		if err != nil {
			return Proposal{}, err
		}
		c.About(string(r.ID), r.Scope)
		if _, err := lifecycle.Certificate.Check(c.By, cmd.Action, r.State, ""); err != nil {
			return Proposal{}, err
		}
		if err := c.Apart(ctx, lifecycle.Certificate, cmd.Action, usecase.Matter{Operator: r.Operator}); err != nil {
			return Proposal{}, err
		}
		if cmd.Action == lifecycle.VerifyRectification && s.Unproven != nil {
			if err := s.Unproven(ctx, c, r.ID); err != nil {
				return Proposal{}, err
			}
		}
		if err := c.Precondition(ctx, r.Version); err != nil {
			return Proposal{}, err
		}
		p := proposal{
			ID: string(ident.New[ident.TaskID]()), Certificate: r.ID, Action: cmd.Action, Reason: cmd.Reason,
			Proposer: c.By.Account, ProposedBy: c.By.Name, ProposedAt: c.Now,
		}
		if err := insertProposal(ctx, c.Tx, &p); err != nil {
			if fault.Is(err, fault.Duplicate) {
				return Proposal{}, fault.Wrap(fault.Duplicate, err, "proposal_open")
			}
			return Proposal{}, err
		}
		return p.view(c.By), nil
	})
}

// Decide approves or rejects the open proposal of a title. Whoever proposed it
// is refused with [fault.FourEyes].
func (s *Service) Decide(ctx context.Context, cmd DecideCommand) (View, error) {
	return usecase.Do(ctx, s.rt, decideDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, err := get(ctx, c.Tx, cmd.ID, c.By)
		if err != nil {
			return View{}, err
		}
		c.About(string(r.ID), r.Scope)
		p, err := openProposal(ctx, c.Tx, r.ID)
		if err != nil {
			return View{}, err
		}
		proposed := lifecycle.Deed{Noun: lifecycle.Certificate.Noun, Action: lifecycle.Propose, By: p.Proposer}
		if err := c.Apart(ctx, lifecycle.Certificate, p.Action, usecase.Matter{Operator: r.Operator, Deeds: []lifecycle.Deed{proposed}}); err != nil {
			return View{}, err
		}
		outcome := "rejected"
		if cmd.Approve {
			outcome = "approved"
		}
		if err := decideProposal(ctx, c.Tx, p.ID, outcome, c.By.Account, c.Now); err != nil {
			return View{}, err
		}
		c.Note("proposal", outcome)
		if !cmd.Approve {
			return s.view(r, c.By, c.Now), nil
		}
		return s.move(ctx, c, r, p.Action, p.Reason, "")
	})
}

func (p proposal) view(by access.Principal) Proposal {
	return Proposal{ID: p.ID, Action: p.Action, Reason: p.Reason, ProposedBy: p.ProposedBy, ProposedAt: p.ProposedAt, Mine: p.Proposer == by.Account}
}
