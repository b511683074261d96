package tablet_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"fangxin/internal/app"
	"fangxin/internal/checklist"
	"fangxin/internal/config"
	"fangxin/internal/ident"
	"fangxin/internal/tablet"
)

// TestMain lets the test's binary be a server that is killed.
func TestMain(m *testing.M) {
	if data := os.Getenv("FANGXIN_TEST_DATA"); data != "" {
		if err := serve(data, os.Getenv("FANGXIN_TEST_URL"), os.Getenv("FANGXIN_TEST_LISTEN")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func serve(data, url, listen string) error {
	c, err := config.Config{
		Listen: listen, Data: data, DatabaseURL: url, BaseURL: "https://fx.example.gov.cn", LogFormat: "text", LogLevel: "error", Passwords: "asvs", Shutdown: time.Second,
	}.Finish()
	if err != nil {
		return err
	}
	a, err := app.New(context.Background(), c, app.Options{Clock: ident.System})
	if err != nil {
		return err
	}
	return a.Run(context.Background(), func(string) { fmt.Println("ready") })
}

// begin starts a server in a process of its own and waits until it listens.
func (w *world) begin(listen string) *exec.Cmd {
	w.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "FANGXIN_TEST_DATA="+w.Config.Data, "FANGXIN_TEST_URL="+w.Config.DatabaseURL, "FANGXIN_TEST_LISTEN="+listen)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	w.ok(err)
	w.ok(cmd.Start())
	b := make([]byte, 64)
	if n, err := out.Read(b); err != nil || !strings.HasPrefix(string(b[:n]), "ready") {
		w.Fatalf("the server does not start: %q %v", b[:n], err)
	}
	return cmd
}

// The server is killed again and again while a tablet sends: nothing that it
// acknowledged is lost, nothing is doubled.
func TestKilledServers(t *testing.T) {
	kills := 20
	if os.Getenv("FANGXIN_NIGHTLY") == "1" {
		kills = 100
	}
	each(t, func(t *testing.T, w *world) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		w.ok(err)
		listen := l.Addr().String()
		l.Close()
		id := w.visit()
		d := w.device(w.lead)
		d.base = "http://" + listen
		rng := rand.New(rand.NewPCG(5, 5))
		items := w.items()
		server := w.begin(listen)
		defer func() { server.Process.Kill(); server.Wait() }() //nolint:errcheck // it is gone
		for kill := range kills / 2 {                           // on each database
			for i := range 30 {
				a := checklist.Answer{Item: items[rng.IntN(len(items))].ID, Verdict: checklist.Pass, Note: fmt.Sprintf("%d-%d", kill, i)}
				if i%10 == 0 {
					a.Photos = []string{d.photo(id, a.Item, jpegOf(kill*100+i))}
				}
				d.answer(id, a)
			}
			timer := time.AfterFunc(time.Duration(rng.IntN(120))*time.Millisecond, func() { server.Process.Kill() }) //nolint:errcheck // it may be gone
			for {
				err := d.push(1 + rng.IntN(4))
				if err == nil {
					err = d.upload(300)
				}
				if err != nil && !errors.Is(err, errLine) && !retried(err) {
					t.Fatal(err)
				}
				if err != nil {
					break
				}
				d.answer(id, checklist.Answer{Item: items[0].ID, Verdict: checklist.Pass, Note: fmt.Sprint(rng.Uint64())})
			}
			timer.Stop()
			server.Process.Kill() //nolint:errcheck // it may be gone
			server.Wait()         //nolint:errcheck // it was killed
			have := map[string]bool{}
			for _, row := range w.answers(id) {
				have[row.ID] = true
			}
			for _, e := range d.outbox {
				if e.kind == tablet.Answer && e.receipt.ID != "" && !have[e.id] {
					t.Fatalf("kill %d: an acknowledged answer is lost", kill)
				}
			}
			server = w.begin(listen)
		}
		w.ok(d.push(50))
		for _, p := range d.pictures {
			p.done = false // ask once more: what was complete is placed if it was not yet
		}
		w.ok(d.upload(300))
		sent := 0
		for _, e := range d.outbox {
			if e.kind == tablet.Answer {
				sent++
			}
		}
		if rows := w.answers(id); len(rows) != sent {
			t.Errorf("%d answers of %d", len(rows), sent)
		}
		a, err := w.Tablets.Arrival(w.officer.ctx, id)
		w.ok(err)
		if a.Stored != len(a.Photos) || len(a.Photos) != len(d.pictures) {
			t.Errorf("%d of %d photos, %d were taken", a.Stored, len(a.Photos), len(d.pictures))
		}
	})
}

// A photo that is cut off again and again is sent again by a chunk at most.
func TestResumedPhotos(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		l := newLine(w.server.Listener.Addr().String(), 3)
		defer l.server.Close()
		quiet(l)
		id := w.visit()
		d := newDevice(l.server.URL, w.lead.Account, w.lead.cookie)
		w.ok(d.enrol())
		noise := make([]byte, 3<<20)
		rng := rand.New(rand.NewPCG(1, 1))
		for i := range noise {
			noise[i] = byte(rng.Uint32())
		}
		d.photo(id, "", noise)
		w.ok(d.push(5))
		l.set(4, 0.7)
		cuts := 0
		for {
			err := d.upload(tablet.MaxChunk)
			if err == nil {
				break
			}
			if cuts++; !errors.Is(err, errLine) && !retried(err) || cuts > 200 {
				t.Fatal(err)
			}
		}
		p := d.pictures[0]
		again := p.sentBytes - len(p.bytes)
		t.Logf("%d cuts, %d KB sent again", cuts, again>>10)
		if again > (cuts+1)*tablet.MaxChunk || cuts > 0 && again/cuts > 1<<20 || cuts < 2 {
			t.Errorf("%d cuts, %d bytes sent again", cuts, again)
		}
	})
}

// A season's work of one tablet: 200 sheets with 2,000 photos.
func TestTwoHundredSheets(t *testing.T) {
	sheets := 200
	if testing.Short() {
		sheets = 20
	}
	run := func(t *testing.T, w *world) {
		d := w.device(w.lead)
		items := w.items()
		began := time.Now()
		for n := range sheets {
			id := w.visit()
			for i, it := range items[:10] {
				d.answer(id, checklist.Answer{Item: it.ID, Verdict: checklist.Pass, Photos: []string{d.photo(id, it.ID, jpegOf(n*10+i))}})
			}
		}
		w.ok(d.push(tablet.MaxItems))
		w.ok(d.upload(tablet.MaxChunk))
		for _, e := range d.outbox {
			if e.outcome != tablet.Accepted {
				t.Fatalf("%s %s %s", e.kind, e.outcome, e.cause)
			}
		}
		answers, photos := 0, 0
		w.ok(w.DB.R.NewRaw("SELECT count(*) FROM inspection_answer").Scan(t.Context(), &answers))
		w.ok(w.DB.R.NewRaw("SELECT count(*) FROM inspection_photo WHERE stored <> ''").Scan(t.Context(), &photos))
		if answers != sheets*10 || photos != sheets*10 {
			t.Errorf("%d answers and %d photos of %d sheets", answers, photos, sheets)
		}
		b, err := d.bundle()
		w.ok(err)
		if len(b.Visits) != sheets {
			t.Errorf("the bundle holds %d visits", len(b.Visits))
		}
		t.Logf("%d sheets, %d photos in %s", sheets, photos, time.Since(began).Round(time.Millisecond))
	}
	t.Run("sqlite", func(t *testing.T) { run(t, newWorld(t, "")) })
}
