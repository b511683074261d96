package checklist_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"math/rand/v2"
	"os"
	"testing"

	"fangxin/internal/checklist"
	"fangxin/internal/testkit/drawn"
)

var update = flag.Bool("update", false, "write the golden files anew")

const vectorsFile = "../../assets/checklists/vectors.json"

// vectors prove another implementation of the scoring equal to this one.
// Sheets of the shipped plans are named by their hash; those of the frames,
// which exist only here, are written out.
type vectors struct {
	Format int      `json:"format"`
	Sets   []vector `json:"sets"`
}

type vector struct {
	Name  string           `json:"name"`
	Hash  string           `json:"hash"`
	Sheet *json.RawMessage `json:"sheet,omitempty"`
	Cases []vectorCase     `json:"cases"`
}

type vectorCase struct {
	Name    string             `json:"name"`
	Answers []checklist.Answer `json:"answers"`
	Result  checklist.Result   `json:"result"`
}

func newVector(t *testing.T, name string, s *checklist.Sheet, inline bool) vector {
	t.Helper()
	v := vector{Name: name, Hash: s.Hash()}
	if inline {
		b, err := s.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		raw := json.RawMessage(b)
		v.Sheet = &raw
	}
	return v
}

func (v *vector) add(name string, s *checklist.Sheet, answers []checklist.Answer) {
	v.Cases = append(v.Cases, vectorCase{name, answers, checklist.Score(s, answers)})
}

// TestVectors keeps assets/checklists/vectors.json true.
func TestVectors(t *testing.T) {
	out := vectors{Format: checklist.Format}
	r := rand.New(rand.NewPCG(1, 1))
	eachGolden(t, func(name string, g *golden) {
		s := g.sheet(t)
		v := newVector(t, name, &s, g.Plan == "")
		for _, c := range g.Cases {
			v.add(c.Name, &s, lean(c.answers(t, &s)))
		}
		for _, name := range []string{"wild 1", "wild 2", "wild 3"} {
			v.add(name, &s, drawn.Answers(r, &s))
		}
		out.Sets = append(out.Sets, v)
	})
	for _, s := range shippedSheets(t) {
		v := newVector(t, s.Scheme+"/"+string(s.Sector), &s, false)
		for _, name := range []string{"drawn 1", "drawn 2"} {
			v.add(name, &s, lean(draw(r, &s)))
		}
		v.add("wild", &s, drawn.Answers(r, &s))
		out.Sets = append(out.Sets, v)
	}
	var want bytes.Buffer
	want.WriteString("{\"format\":1,\"sets\":[\n")
	for i, v := range out.Sets {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if i > 0 {
			want.WriteString(",\n")
		}
		want.Write(b)
	}
	want.WriteString("\n]}\n")
	if *update {
		if err := os.WriteFile(vectorsFile, want.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(vectorsFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(have, want.Bytes()) {
		t.Error("vectors.json is not what the engine computes: if a sheet or frame was meant to change, " +
			"renew it with go test ./internal/checklist -run TestVectors -update and review the difference")
	}
}

// lean shortens the proofs: any text is one.
func lean(answers []checklist.Answer) []checklist.Answer {
	for i := range answers {
		a := &answers[i]
		if a.Note != "" {
			a.Note = "n"
		}
		if a.Verdict != checklist.NotApplicable {
			a.NAReason = ""
		} else {
			a.Note, a.Photos, a.Audio = "", nil, nil
		}
		if a.Verdict == checklist.Pass && len(a.Photos) > 0 {
			a.Photos, a.Audio = []string{"p"}, nil
		} else if len(a.Photos) > 0 {
			a.Photos, a.Audio = []string{"p"}, []string{"a"}
		}
	}
	return answers
}

// The file is read back as another implementation would read it.
func TestVectorsReplay(t *testing.T) {
	b, err := os.ReadFile(vectorsFile)
	if err != nil {
		t.Fatal(err)
	}
	var file vectors
	if err := json.Unmarshal(b, &file); err != nil {
		t.Fatal(err)
	}
	sheets := map[string]checklist.Sheet{}
	for _, s := range shippedSheets(t) {
		sheets[s.Hash()] = s
	}
	for _, v := range file.Sets {
		s, ok := sheets[v.Hash]
		if v.Sheet != nil {
			if s, err = checklist.UnmarshalSheet(*v.Sheet); err != nil {
				t.Fatal(err)
			}
			ok = s.Hash() == v.Hash
		}
		if !ok {
			t.Errorf("%s: no sheet has hash %s", v.Name, v.Hash)
			continue
		}
		for _, c := range v.Cases {
			got, err1 := json.Marshal(checklist.Score(&s, c.Answers))
			want, err2 := json.Marshal(c.Result)
			if err1 != nil || err2 != nil || !bytes.Equal(got, want) {
				t.Errorf("%s/%s: got %s", v.Name, c.Name, got)
			}
		}
	}
}
