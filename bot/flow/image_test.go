package flow

import (
	"bytes"
	"image"
	"image/jpeg"
	"strings"
	"testing"
	"testing/fstest"

	"hogushi/bot/diag"
)

func TestImages(t *testing.T) {
	t.Parallel()
	const flow = "flow: a\ntriggers: [あ]\nsteps:\n  - step: start\n    image: {file: x.png, alt: 図}\n    say: \"時間は{{clinic.hours}}\"\n    without_facts: お電話で\n    go: menu\n"
	for _, tt := range []struct {
		what string
		data []byte
		says string // a part of what is reported, "" for nothing
	}{
		{"a picture", picture(1024, 1024), ""},
		{"a high one", picture(100, 300), ""},
		{"too wide", picture(1025, 10), "横1025"},
		{"too high", picture(10, 31), "縦に長すぎます"},
		{"no picture", []byte("GIF89a"), "PNGかJPEG"},
		{"cut off at once", picture(10, 10)[:20], "PNGかJPEG"},
		{"cut off", picture(10, 10)[:60], "途中で切れて"},
		{"a photograph cut off", photograph(t)[:400], "途中で切れて"},
		{"a photograph", photograph(t), ""},
		{"nothing", nil, "PNGかJPEG"},
		{"too large", append(picture(10, 10), make([]byte, maxImage)...), "大きすぎます"},
	} {
		dir := program(map[string]string{"a.yaml": flow})
		dir["images/x.png"] = &fstest.MapFile{Data: tt.data}
		p, problems := Compile(dir, Clinic{"clinic.name": "例", "clinic.phone": "1", "clinic.hours": "9時"}, Live)
		all := problems.Sorted()
		switch {
		case tt.says == "" && p == nil, tt.says != "" && len(all) != 1:
			t.Errorf("%s: %v", tt.what, all)
		case tt.says != "" && (all[0].Rule != "image-form" || !contains(all[0].Hint, tt.says)):
			t.Errorf("%s: %+v", tt.what, all[0])
		case p != nil:
			s := p.Step(Ref{"a", "start"})
			if got := s.Picture(); got == nil || got.Alt != "図" || got.Image != p.Image("x.png") || !strings.HasPrefix(got.Type, "image/") {
				t.Errorf("%s: the step shows %+v", tt.what, got)
			}
			if p, _ := Compile(dir, Clinic{"clinic.name": "例", "clinic.phone": "1", "clinic.hours": ""}, Live); p.Step(s.Ref).Picture() != nil {
				t.Errorf("%s: it is shown beside a text that stands in", tt.what)
			}
		}
	}
}

// TestImageChanged: another picture under the same name is another revision, voids a review, and has another address.
func TestImageChanged(t *testing.T) {
	t.Parallel()
	read := func(data []byte) (*Program, *Step) {
		dir := program(map[string]string{"a.yaml": "flow: a\ntriggers: [あ]\nsteps:\n  - {step: start, image: {file: x.png, alt: 図}, say: あ, go: menu}\n"})
		dir["images/x.png"] = &fstest.MapFile{Data: data}
		p, problems := Compile(dir, testFacts, Live)
		if p == nil {
			t.Fatal(problems.Err())
		}
		return p, p.Step(Ref{"a", "start"})
	}
	a, s := read(picture(10, 10))
	b, o := read(picture(10, 20))
	const base = "https://example.com"
	if a.Revision == b.Revision || s.TextHash() == o.TextHash() || s.Picture().Address(base) == o.Picture().Address(base) {
		t.Errorf("revisions %s, %s; texts %s, %s; addresses %s, %s", a.Revision, b.Revision, s.TextHash(), o.TextHash(), s.Picture().Address(base), o.Picture().Address(base))
	}
}

// TestDrawing: the drawing that a picture was made from can't be shown; the picture isn't said to be unused as well.
func TestDrawing(t *testing.T) {
	t.Parallel()
	dir := program(map[string]string{"a.yaml": "flow: a\ntriggers: [あ]\nsteps:\n  - {step: start, image: {file: x.svg, alt: 図}, say: あ, go: menu}\n"})
	dir["images/x.png"], dir["images/x.svg"] = &fstest.MapFile{Data: picture(10, 10)}, &fstest.MapFile{Data: []byte("<svg/>")}
	if _, problems := Compile(dir, testFacts, Live); problems.Len() != 1 || problems.Sorted()[0].Rule != "image-form" {
		t.Errorf("got %v", problems.Sorted())
	}
}

// photograph is a JPEG.
func photograph(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 64, 64)), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func contains(t diag.Text, part string) bool {
	return len(t.JA) > 0 && containsAny(t.JA, []string{part})
}
