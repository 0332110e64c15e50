package revision

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"hogushi/bot/flow"
	"hogushi/bot/seal"
	"hogushi/bot/store"
	"hogushi/bot/store/storetest"
	"hogushi/config"
	"hogushi/flows"
)

func dir(files ...string) fstest.MapFS {
	m := fstest.MapFS{}
	for i := 0; i < len(files); i += 2 {
		m[files[i]] = &fstest.MapFile{Data: []byte(files[i+1])}
	}
	return m
}

// some are files that differ by a word.
func some(t *testing.T, word string) *Files {
	t.Helper()
	f, err := Gather(dir("menu.yaml", "flow: "+word), dir("clinic.yaml", "name: a"))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

var keys = sync.OnceValue(func() *seal.Keys { return newKeys() })

func newKeys() *seal.Keys {
	text, err := seal.New()
	if err != nil {
		panic(err)
	}
	k, err := seal.Parse(text)
	if err != nil {
		panic(err)
	}
	return k
}

// TestGather: what belongs to a revision is in it, as it was, and nothing else.
func TestGather(t *testing.T) {
	t.Parallel()
	f, err := Gather(dir("menu.yaml", "a", "facts.yaml", "b", "tests/menu.yaml", "c", ".menu.yaml", "x", "menu.yml", "x", "README.md", "x", "tests/note.txt", "x", "tests/deep/a.yaml", "x", "images/a.png", "e", "images/.a.png", "x", "images/a.svg", "x"),
		dir("clinic.yaml", "d", "hogushi.yaml", "x", "hotlines.yaml", "x"))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	if err := fs.WalkDir(f, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			data, err := fs.ReadFile(f, name)
			got[name] = string(data)
			return err
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"flows/menu.yaml": "a", "flows/facts.yaml": "b", "flows/tests/menu.yaml": "c", "flows/images/a.png": "e", "config/clinic.yaml": "d"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	again, err := unpack(f.packed)
	if err != nil || again.Hash != f.Hash || len(f.Hash) != 16 {
		t.Errorf("unpacked: got hash %q, %v, want %q", again.Hash, err, f.Hash)
	}
	for name, other := range map[string][2]fstest.MapFS{
		"a word":    {dir("menu.yaml", "A", "facts.yaml", "b", "tests/menu.yaml", "c"), dir("clinic.yaml", "d")},
		"a test":    {dir("menu.yaml", "a", "facts.yaml", "b", "tests/menu.yaml", "C"), dir("clinic.yaml", "d")},
		"a fact":    {dir("menu.yaml", "a", "facts.yaml", "b", "tests/menu.yaml", "c"), dir("clinic.yaml", "D")},
		"a name":    {dir("Menu.yaml", "a", "facts.yaml", "b", "tests/menu.yaml", "c"), dir("clinic.yaml", "d")},
		"no facts":  {dir("menu.yaml", "a", "facts.yaml", "b", "tests/menu.yaml", "c"), dir()},
		"the seams": {dir("menu.yaml", "aflows/facts.yaml 1\nb", "tests/menu.yaml", "c"), dir("clinic.yaml", "d")},
	} {
		if o, err := Gather(other[0], other[1]); err != nil || o.Hash == f.Hash {
			t.Errorf("%s: got hash %q, %v, want another", name, o.Hash, err)
		}
	}
}

// TestGatherBounds: too much is refused in words, and never unpacked.
func TestGatherBounds(t *testing.T) {
	t.Parallel()
	if _, err := Gather(dir("menu.yaml", strings.Repeat("a", MaxBytes-1)), dir("clinic.yaml", "d")); err != nil {
		t.Errorf("as much as is allowed: %v", err)
	}
	if _, err := Gather(dir("menu.yaml", strings.Repeat("a", MaxBytes)), dir("clinic.yaml", "d")); err == nil || !strings.Contains(err.Error(), "menu.yaml") || !strings.Contains(err.Error(), "8 MiB") {
		t.Errorf("too much: got %v", err)
	}
	many := fstest.MapFS{}
	for i := range maxFiles + 1 {
		many[fmt.Sprintf("f%d.yaml", i)] = &fstest.MapFile{Data: []byte("a")}
	}
	if _, err := Gather(many, dir()); err == nil || !strings.Contains(err.Error(), "500 files") {
		t.Errorf("too many: got %v", err)
	}
	for name, list := range map[string][]file{"bytes": {{"flows/a.yaml", make([]byte, MaxBytes+1)}}, "files": make([]file, maxFiles+1)} {
		for i := range list {
			if list[i].name == "" {
				list[i].name = fmt.Sprint(i)
			}
		}
		packed, err := pack(list)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := unpack(packed); !errors.Is(err, errPacked) {
			t.Errorf("unpack of too many %s: got %v", name, err)
		}
	}
}

// TestShipped: the shipped flows are a small part of what is allowed, and compile from the pack.
func TestShipped(t *testing.T) {
	t.Parallel()
	f, err := Gather(flows.Files, config.Dir(""))
	if err != nil || len(f.packed) > MaxBytes/8 {
		t.Fatalf("got %d bytes, %v", len(f.packed), err)
	}
	clinic, problems := config.LoadFacts(f.Config())
	if problems.Failed() {
		t.Fatal(problems.Err())
	}
	if p, problems := flow.Compile(f.Flows(), clinic, flow.Live); p == nil {
		t.Fatal(problems.Err())
	}
}

func FuzzUnpack(f *testing.F) {
	packed, err := pack([]file{{"flows/a.yaml", []byte("a")}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(packed)
	f.Add(packed[:len(packed)-5])
	f.Add([]byte("PK\x05\x06" + strings.Repeat("\x00", 18)))
	f.Fuzz(func(t *testing.T, data []byte) {
		if files, err := unpack(data); err == nil && files.Hash == "" {
			t.Fatal("files without a hash")
		}
	})
}

// onBoth runs a test on both stores; open gives another replica's.
func onBoth(t *testing.T, test func(t *testing.T, open func() store.Store)) {
	t.Parallel()
	for name, fresh := range map[string]func(*testing.T) func() (store.Store, error){
		"redis": func(t *testing.T) func() (store.Store, error) {
			url := storetest.Redis(t).URL
			return func() (store.Store, error) { return store.OpenRedis(t.Context(), url, storetest.ID) }
		},
		"sqlite": func(t *testing.T) func() (store.Store, error) {
			path := filepath.Join(t.TempDir(), "hogushi.db")
			return func() (store.Store, error) { return store.OpenSQLite(t.Context(), path, storetest.ID) }
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			open := fresh(t)
			test(t, func() store.Store {
				t.Helper()
				st, err := open()
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { st.Close() })
				return st
			})
		})
	}
}

var noon = time.Date(2026, 11, 26, 3, 0, 0, 0, time.UTC)

func at(st Notes) Archive { return Archive{Keys: keys(), Channel: "test", Notes: st} }

func (a Archive) history(t *testing.T) History {
	t.Helper()
	h, err := a.History(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func (a Archive) publish(t *testing.T, word string) Revision {
	t.Helper()
	r, err := a.Publish(t.Context(), a.history(t), some(t, word), Revision{}, noon)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// live checks which files are live.
func (a Archive) live(t *testing.T, number int, word string) {
	t.Helper()
	r := a.history(t).Live()
	f, err := a.Files(t.Context(), r)
	if err != nil || r.Number != number {
		t.Fatalf("live: got revision %d, %v, want %d", r.Number, err, number)
	}
	if data, _ := fs.ReadFile(f.Flows(), "menu.yaml"); string(data) != "flow: "+word {
		t.Fatalf("live: got %q, want %q", data, word)
	}
}

// TestUndo: numbers only grow, and each undo goes further back.
func TestUndo(t *testing.T) {
	onBoth(t, func(t *testing.T, open func() store.Store) {
		a, other := at(open()), at(open())
		if h := a.history(t); h.Live() != (Revision{}) {
			t.Fatalf("an empty store: got %+v", h)
		}
		if _, ok := a.history(t).Before(); ok {
			t.Error("an empty store can't be undone")
		}
		undo := func() Revision {
			t.Helper()
			h := other.history(t)
			to, ok := h.Before()
			if !ok {
				t.Fatal("nothing to go back to")
			}
			f, err := other.Files(t.Context(), to)
			if err != nil {
				t.Fatal(err)
			}
			r, err := other.Publish(t.Context(), h, f, to, noon)
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		a.publish(t, "one")
		if _, ok := a.history(t).Before(); ok {
			t.Error("the first revision can't be undone")
		}
		a.publish(t, "two")
		a.publish(t, "three")
		if r := undo(); r.Restores != 2 {
			t.Errorf("got revision %+v, want it to restore 2", r)
		}
		a.live(t, 4, "two")
		a.publish(t, "five")
		if r := undo(); r.Restores != 2 { // 4 was 2
			t.Errorf("got revision %+v, want it to restore 2", r)
		}
		a.live(t, 6, "two")
		if r := undo(); r.Restores != 1 {
			t.Errorf("got revision %+v, want it to restore 1", r)
		}
		other.live(t, 7, "one")
		if r, ok := a.history(t).Before(); ok {
			t.Errorf("behind the first one there is %+v", r)
		}
		a.publish(t, "one") // unchanged: there is nothing between
		if r, ok := a.history(t).Before(); !ok || r.Number != 6 {
			t.Errorf("got %+v, %v, want 6", r, ok)
		}
		var numbers []string
		for _, r := range a.history(t).Revisions {
			numbers = append(numbers, fmt.Sprintf("%d<%d", r.Number, r.Restores))
		}
		if got, want := strings.Join(numbers, " "), "8<0 7<1 6<2 5<0 4<2 3<0 2<0 1<0"; got != want {
			t.Errorf("got the history %s, want %s", got, want)
		}
	})
}

// TestKept: the newest can be gone back to, and older files leave the store.
func TestKept(t *testing.T) {
	onBoth(t, func(t *testing.T, open func() store.Store) {
		a := at(open())
		var all []Revision
		for i := range kept + 3 {
			all = append(all, a.publish(t, fmt.Sprint("word", i)))
		}
		h := a.history(t)
		if len(h.Revisions) != kept || h.Live().Number != kept+3 {
			t.Fatalf("got %d revisions up to %d", len(h.Revisions), h.Live().Number)
		}
		for i, r := range all {
			_, err := a.Files(t.Context(), r)
			if there := err == nil; there != (i >= 3) {
				t.Errorf("revision %d: got %v", r.Number, err)
			}
		}
		n, err := a.Notes.Note(t.Context(), all[0].note())
		if err != nil || n != nil && (len(n.Body) > 0 || n.Expiry.IsZero()) {
			t.Errorf("a note that is needed no more: got %+v, %v", n, err)
		}
	})
}

// TestLarge: as much as is allowed goes through either store, and comes back as it was.
func TestLarge(t *testing.T) {
	onBoth(t, func(t *testing.T, open func() store.Store) {
		noise := make([]byte, MaxBytes-100) // which packs badly
		rand.NewChaCha8([32]byte{1}).Read(noise)
		f, err := Gather(dir("menu.yaml", string(noise)), dir("clinic.yaml", "d"))
		if err != nil {
			t.Fatal(err)
		}
		a := at(open())
		live, err := a.Publish(t.Context(), History{}, f, Revision{}, noon)
		if err != nil {
			t.Fatal(err)
		}
		got, err := at(open()).Files(t.Context(), live)
		if err != nil {
			t.Fatal(err)
		}
		if data, err := fs.ReadFile(got.Flows(), "menu.yaml"); err != nil || !bytes.Equal(data, noise) {
			t.Errorf("got %d bytes, %v, want the %d that were published", len(data), err, len(noise))
		}
	})
}

// killed dies before the write that makes a revision live, or loses its answer.
type killed struct {
	store.Store
	lost bool
}

var errKilled = errors.New("killed")

func (k *killed) SetNote(ctx context.Context, n store.Note, prev store.Version) (bool, error) {
	if n.Name != historyNote {
		return k.Store.SetNote(ctx, n, prev)
	}
	if k.lost {
		k.Store.SetNote(ctx, n, prev)
	}
	return false, errKilled
}

// TestKilled: a publish that is killed between its two notes has changed nothing, and the
// next one works, with the same files or others; one whose answer was lost is live.
func TestKilled(t *testing.T) {
	onBoth(t, func(t *testing.T, open func() store.Store) {
		st := open()
		a, dying := at(st), at(&killed{Store: st})
		try := func(a Archive, word string) {
			t.Helper()
			if _, err := a.Publish(t.Context(), a.history(t), some(t, word), Revision{}, noon); !errors.Is(err, errKilled) {
				t.Fatalf("got %v", err)
			}
		}
		try(dying, "one")
		if h := a.history(t); len(h.Revisions) != 0 {
			t.Fatalf("got %+v", h)
		}
		a.publish(t, "one")
		a.live(t, 1, "one")
		try(dying, "two")
		a.live(t, 1, "one")
		a.publish(t, "three")
		a.live(t, 2, "three")
		try(at(&killed{st, true}), "four")
		a.live(t, 3, "four")
	})
}

// TestRace: of many publishes at once one is live, and the others are told; at first, too.
func TestRace(t *testing.T) {
	onBoth(t, func(t *testing.T, open func() store.Store) {
		all := []Archive{at(open()), at(open())}
		for round := 1; round <= 3; round++ {
			h := all[0].history(t)
			var done sync.WaitGroup
			var mu sync.Mutex
			won := ""
			for i := range 6 {
				word := fmt.Sprintf("word %d-%d", round, i/2) // two publish the same
				done.Go(func() {
					r, err := all[i%2].Publish(t.Context(), h, some(t, word), Revision{}, noon)
					mu.Lock()
					defer mu.Unlock()
					switch {
					case err == nil && won == "" && r.Number == round:
						won = word
					case !errors.Is(err, ErrOvertaken):
						t.Errorf("got revision %d, %v, want that another was faster", r.Number, err)
					}
				})
			}
			done.Wait()
			all[1].live(t, round, won)
		}
	})
}

// TestForged: who can write the store but has no key can't put a word in: a revision that was
// changed, moved or made with another key isn't read, and publishing again mends it.
func TestForged(t *testing.T) {
	onBoth(t, func(t *testing.T, open func() store.Store) {
		st := open()
		a := at(st)
		one, two := a.publish(t, "one"), a.publish(t, "two")
		note := func(name string) store.Note {
			t.Helper()
			n, err := st.Note(t.Context(), name)
			if err != nil || n == nil {
				t.Fatalf("%s: %v", name, err)
			}
			return *n
		}
		put := func(n store.Note, version string) {
			t.Helper()
			was := note(n.Name).Version
			if n.Version = store.Version(version); n.Version == was {
				n.Version += "x"
			}
			if ok, err := st.SetNote(t.Context(), n, was); !ok || err != nil {
				t.Fatal(ok, err)
			}
		}
		good := note(two.note())
		stranger := Archive{Keys: newKeys(), Channel: "test", Notes: st}
		other, err := stranger.Keys.Seal(nil, some(t, "evil").packed, a.ad(kindFiles, two.note(), ""))
		if err != nil {
			t.Fatal(err)
		}
		flipped := bytes.Clone(good.Body)
		flipped[len(flipped)/2] ^= 1
		for name, body := range map[string][]byte{"another key": other, "changed": flipped, "another revision's": note(one.note()).Body, "nothing": nil} {
			bad := good
			bad.Body = body
			put(bad, name[:2])
			if f, err := a.Files(t.Context(), two); f != nil || !errors.Is(err, ErrUnreadable) || !strings.Contains(err.Error(), "revision 2") {
				t.Errorf("%s: got %v", name, err)
			}
		}
		if err := a.put(t.Context(), two, some(t, "two")); err != nil {
			t.Fatal(err)
		}
		a.live(t, 2, "two")

		// The list: not with another's version, nor sealed as something else.
		history := note(historyNote)
		for name, body := range map[string][]byte{"an old body": history.Body, "changed": append(bytes.Clone(history.Body), 0), "files": good.Body, "nothing": nil} {
			bad := history
			bad.Body = body
			put(bad, "9-"+name[:2])
			if _, err := a.History(t.Context()); !errors.Is(err, ErrUnreadable) {
				t.Errorf("%s: got %v", name, err)
			}
		}
		if _, err := stranger.History(t.Context()); !errors.Is(err, ErrUnreadable) {
			t.Errorf("read by another key: got %v", err)
		}
	})
}
