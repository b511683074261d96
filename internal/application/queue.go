package application

import (
	"fangxin/internal/access"
	"fangxin/internal/lifecycle"
)

var ended = endedStates()

func endedStates() []lifecycle.State {
	var out []lifecycle.State
	for _, s := range lifecycle.Application.States {
		if s.Final {
			out = append(out, s.State)
		}
	}
	return out
}

// waitingFor lists the states in which officers of the reader's roles act.
func waitingFor(by access.Principal) []lifecycle.State {
	var out []lifecycle.State
	for _, s := range lifecycle.Application.States {
		if role, ok := lifecycle.ReviewLevel(s.State); ok && by.Has(role) && s.State != lifecycle.PublicNotice {
			out = append(out, s.State)
		}
	}
	return out
}

// statesOf lists what a tab shows; nil means every state.
func statesOf(tab Tab, by access.Principal) []lifecycle.State {
	switch tab {
	case Mine, Due:
		states := append(waitingFor(by), "") // never empty, so that nobody's queue is everything
		if tab == Mine && by.Has(access.ProvinceOfficer, access.CityOfficer) {
			states = append(states, lifecycle.PublicNotice) // once its time is over; see narrow
		}
		return states
	case InField:
		return []lifecycle.State{lifecycle.ToInspect}
	case AtOwner:
		return []lifecycle.State{lifecycle.Returned}
	case OnNotice:
		return []lifecycle.State{lifecycle.PublicNotice}
	case Ended:
		return ended
	}
	return nil
}

// Tabs lists the tabs in the order in which they are shown.
func Tabs() []Tab { return []Tab{Mine, Due, InField, AtOwner, OnNotice, Ended, All} }
