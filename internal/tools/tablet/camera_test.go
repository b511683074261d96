package tablet

import (
	"testing"
)

// A photo taken with the camera in the app and one chosen from files are told
// apart, on the way that is sealed and in what the reviewer sees.
func (s *site) sources(t *testing.T) {
	id, _ := s.visit()
	d := s.filming(t, s.file("shelf.y4m", film(t, "https://example.org/")))
	d.enrol("inspector1")
	d.begin(id)
	item := d.items()[0]
	d.answer(item, "pass")
	d.Click("#i-" + item + " .link")
	d.Click("#cam-" + item)
	d.WaitFor("dialog[open] video")
	d.Until("the camera is on", `() => !document.querySelector("#shutter").disabled`)
	d.CheckAxe()
	d.Click("#shutter")
	d.WaitFor("#i-" + item + " figure img")
	d.Upload("#ph-"+item, picture(t, t.TempDir(), 500))
	d.Until("both are kept", `(i) => document.querySelectorAll("#i-" + i + " figure img").length === 2`, item)
	d.online()
	var a struct {
		Photos []struct{ Source, State string }
		Place  *struct{}
		Doubts []struct{ Code string }
	}
	s.desk.get("/inspections/"+id+"/arrival", &a)
	count := map[string]int{}
	for _, p := range a.Photos {
		count[p.Source+" "+p.State]++
	}
	if len(a.Photos) != 2 || count["camera stored"] != 1 || count["file stored"] != 1 {
		t.Errorf("the office sees %+v", a.Photos)
	}
	if a.Place == nil {
		t.Error("the office does not see where the visit was begun")
	}
	for _, x := range a.Doubts {
		if x.Code == "old" || x.Code == "inexact" || x.Code == "none" {
			t.Errorf("a place found just now, exact to twelve metres, is %s", x.Code)
		}
	}
}
