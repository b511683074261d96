// Package scoring holds the tablet's scoring, assets/js/score.js, against the
// program's in a real browser: the shared vectors, and answers drawn anew.
package scoring

import (
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"testing"
	"time"

	"fangxin/assets"
	"fangxin/internal/checklist"
	"fangxin/internal/sector"
	"fangxin/internal/testkit/drawn"
	"fangxin/internal/tools/browser"
)

// set is one sheet with answers and the results of the program.
type set struct {
	Name  string          `json:"name"`
	Hash  string          `json:"hash,omitempty"`
	Sheet json.RawMessage `json:"sheet"`
	Cases []testCase      `json:"cases"`
}

type testCase struct {
	Name    string             `json:"name"`
	Answers []checklist.Answer `json:"answers"`
	Result  checklist.Result   `json:"result"`
	Shown   []string           `json:"shown"`
}

// page computes every case and says how many differ and how the first does.
// The keys must stand in the program's order too, so texts are compared.
const page = `<!doctype html><html lang="en"><head><title>Scoring</title><link rel="icon" href="data:,"></head><body><main><h1>Scoring</h1>
<p id="done" hidden></p><p id="first"></p><script type="module">
import { score, shown, FORMAT } from "/js/score.js";
const sets = await (await fetch("/sets")).json();
let n = 0, bad = 0, first = "";
for (const set of sets) for (const c of set.cases) {
  n++;
  const want = JSON.stringify(c.result) + JSON.stringify([...c.shown || []].sort());
  let got;
  try { got = JSON.stringify(score(set.sheet, c.answers)) + JSON.stringify([...shown(set.sheet, c.answers)].sort()); } catch (e) { got = String(e); }
  if (got === want) continue;
  if (!bad++) first = set.name + "/" + c.name + "\n got " + got + "\nwant " + want + "\nfrom " + JSON.stringify(c.answers);
}
let refused = false;
try { score({ ...sets[0].sheet, format: FORMAT + 1 }, []); } catch { refused = true; }
document.getElementById("first").textContent = first;
const done = document.getElementById("done");
done.textContent = n + " computed, " + bad + " differ, later format " + (refused ? "refused" : "accepted");
done.hidden = false;
</script></main></body></html>`

func TestScoreIsTheSame(t *testing.T) {
	b := browser.Open(t)
	sets := shared(t)
	seed := uint64(time.Now().UnixNano())
	t.Logf("drawn with seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	cases := 0
	for i := range sets {
		s, err := checklist.UnmarshalSheet(sets[i].Sheet)
		if err != nil {
			t.Fatal(err)
		}
		for j := range sets[i].Cases {
			c := &sets[i].Cases[j]
			c.Shown = shown(&s, c.Answers)
		}
		for range 150 {
			a := drawn.Answers(r, &s)
			sets[i].Cases = append(sets[i].Cases, testCase{"drawn", a, checklist.Score(&s, a), shown(&s, a)})
		}
		cases += len(sets[i].Cases)
	}
	body, err := json.Marshal(sets)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte(page))
	})
	mux.HandleFunc("GET /sets", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(body)
	})
	mux.Handle("GET /js/", http.FileServerFS(assets.FS))
	server := httptest.NewServer(mux)
	defer server.Close()

	p := b.NewPage(t, browser.Options{Base: server.URL})
	p.Goto("/")
	p.WaitFor("#done")
	if got, want := p.Text("#done"), want(cases); got != want {
		t.Errorf("%s, want %s\n%s", got, want, p.Text("#first"))
	}
}

func want(n int) string {
	b, _ := json.Marshal(n)
	return string(b) + " computed, 0 differ, later format refused"
}

func shown(s *checklist.Sheet, answers []checklist.Answer) []string {
	ids := []string{}
	for id := range checklist.Shown(s, answers) {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// shared reads the vectors and gives the sheets of shipped plans their text.
func shared(t *testing.T) []set {
	t.Helper()
	b, err := os.ReadFile("../../../assets/checklists/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Format int   `json:"format"`
		Sets   []set `json:"sets"`
	}
	if err := json.Unmarshal(b, &file); err != nil {
		t.Fatal(err)
	}
	sheets := map[string]json.RawMessage{}
	lib := checklist.Shipped()
	for _, p := range lib.Plans {
		for _, c := range p.Sectors {
			s, err := lib.Sheet(p.ID, sector.Code(c))
			if err != nil {
				t.Fatal(err)
			}
			if sheets[s.Hash()], err = s.Marshal(); err != nil {
				t.Fatal(err)
			}
		}
	}
	for i := range file.Sets {
		if v := &file.Sets[i]; v.Sheet == nil {
			if v.Sheet = sheets[v.Hash]; v.Sheet == nil {
				t.Fatalf("%s: no plan composes the sheet %s", v.Name, v.Hash)
			}
		}
	}
	return file.Sets
}
