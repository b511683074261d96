package tablet

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"fangxin/internal/qr"
)

// film is what a camera sees of a storefront's code: grey, a little dark, the
// code not in the middle (YUV4MPEG2, one picture that is shown again and
// again).
func film(t *testing.T, payload string) []byte {
	t.Helper()
	const width, height, module = 640, 480, 7
	code, err := qr.Encode(payload, qr.Q)
	if err != nil {
		t.Fatal(err)
	}
	y := bytes.Repeat([]byte{96}, width*height)
	box := func(x0, y0, w, h int, grey byte) {
		for y1 := y0; y1 < y0+h && y1 < height; y1++ {
			for x1 := x0; x1 < x0+w && x1 < width; x1++ {
				y[y1*width+x1] = grey
			}
		}
	}
	const left, top = 120, 60
	box(left, top, code.Size()*module, code.Size()*module, 200)
	code.Runs(func(x, row, length int) { box(left+x*module, top+row*module, length*module, module, 40) })
	var out bytes.Buffer
	fmt.Fprintf(&out, "YUV4MPEG2 W%d H%d F10:1 Ip A1:1 C420jpeg\n", width, height)
	for range 2 {
		out.WriteString("FRAME\n")
		out.Write(y)
		out.Write(bytes.Repeat([]byte{128}, width*height/2))
	}
	return out.Bytes()
}

// A storefront's code is read with the camera and a number is typed, both
// without a network; a slip of the finger is told from an invented number, and
// the answer says how old the list is.
func (s *site) scanned(t *testing.T) {
	var page struct {
		Items []struct{ ID, Number, State string } `json:"items"`
	}
	s.desk.get("/certificates?limit=100", &page)
	var link, number string
	for _, c := range page.Items {
		if c.State != "active" {
			continue
		}
		var prints []struct{ URL, State string }
		s.desk.get("/certificates/"+c.ID+"/badges", &prints)
		for _, p := range prints {
			if p.State == "active" || p.State == "issued" {
				link, number = p.URL, c.Number
			}
		}
		if link != "" {
			break
		}
	}
	if link == "" {
		t.Fatal("no badge is in use")
	}
	d := s.filming(t, s.file("door.y4m", film(t, link)))
	d.enrol("inspector1")
	s.gate.close()
	defer s.gate.reopen()
	d.at("#/check")
	d.WaitFor("#scan")
	d.Click("#scan")
	d.Until("the camera read the code", `() => document.querySelector("#answer .answer")?.dataset.word === "valid"`)
	if got := d.Value("#code"); got != link {
		t.Errorf("read %q, shown %q", got, link)
	}
	d.WaitFor("#answer >> 的名单为准") // how old the list is
	if d.Has("video") {
		t.Error("the camera is still on")
	}
	d.CheckAxe()
	wrong := number[:len(number)-1] + string('0'+(number[len(number)-1]-'0'+1)%10)
	d.Fill("#code", wrong)
	d.Press("\r")
	d.Until("a slip is called a slip", `() => document.querySelector("#answer .answer")?.dataset.word === "mistyped"`)
	d.Fill("#code", strings.ToLower(number))
	d.Press("\r")
	d.Until("the number is known", `() => document.querySelector("#answer .answer")?.dataset.word === "valid"`)
}

// backgroundSync closes the app with work that could not be sent; when the
// system finds a network it wakes the service worker, and the work is sent with
// no page open.
func (s *site) backgroundSync(t *testing.T) {
	id, _ := s.visit()
	d := s.device(t)
	d.enrol("inspector1")
	d.begin(id)
	d.online()
	s.gate.close()
	item := d.items()[0]
	d.answer(item, "fail")
	d.Upload("#ph-"+item, picture(t, t.TempDir(), 700))
	d.WaitFor("#i-" + item + " figure img")
	d.offline()
	d.Ask(nil, `() => { setTimeout(() => { location.href = "about:blank" }) }`)
	d.Until("the app is closed", `() => location.href === "about:blank"`)
	s.gate.reopen()
	d.Sync("/tablet", "fangxin-queue")
	s.await("the answer with its photo is in the office", func(v seen) bool {
		for _, a := range v.Answers {
			if a.Item == item {
				return a.Verdict == "fail" && len(a.Photos) == 1
			}
		}
		return false
	}, id)
	d.open("龚海波")
	d.Until("nothing waits", `() => { const b = document.querySelector("#band .band").dataset; return b.items === "0" && b.photos === "0" }`)
}
