package app_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"hogushi/bot/app"
	"hogushi/bot/linetest"
	"hogushi/bot/revision"
	"hogushi/bot/store"
	"hogushi/bot/store/storetest"
	"hogushi/config"
	"hogushi/flows"
)

// onStores runs a test on both stores.
func onStores(t *testing.T, test func(t *testing.T, env config.Environment)) {
	t.Parallel()
	for _, name := range []string{"sqlite", "redis"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := config.Environment{}
			if name == "redis" {
				env.RedisURL = storetest.Redis(t).URL
			} else {
				env.DataDir = t.TempDir()
			}
			test(t, env)
		})
	}
}

// held has an app look for later revisions only when it is told to.
func held(o *app.Options) { o.LookEvery = time.Hour }

const menuWords = "メニューです。"

// few are the shipped form and patterns, and of the others as much as they name: they are
// compiled, packed and stored again and again here. The menu begins with words.
func few(words string) fstest.MapFS {
	files := fstest.MapFS{}
	for _, name := range []string{"contact.yaml", "patterns.yaml"} {
		data, err := fs.ReadFile(flows.Files, name)
		if err != nil {
			panic(err)
		}
		here := strings.NewReplacer("go: privacy/forget", "go: menu", "go: menu/english", "go: menu", "language: en}", "request: taken}").Replace(string(data)) // there are no such flows here
		files[name] = &fstest.MapFile{Data: []byte(here)}
	}
	for _, name := range []string{"welcome", "menu", "chronic-pain", "clinic/phone"} {
		name, step, _ := strings.Cut(name, "/")
		said := name + "です。"
		if name == "menu" {
			said = words
		}
		files[name+".yaml"] = &fstest.MapFile{Data: fmt.Appendf(nil, "flow: %s\ntriggers: [%sのはじめ]\nsteps:\n  - step: %s\n    say: \"%s {{clinic.phone}}\"\n    choices:\n      - {label: 連絡を希望する, go: contact}\n",
			name, name, cmp.Or(step, "start"), said)}
	}
	return files
}

// with replaces words of a file.
func with(t *testing.T, files fstest.MapFS, name, old, words string) fstest.MapFS {
	t.Helper()
	data := string(files[name].Data)
	if !strings.Contains(data, old) {
		t.Fatalf("%s doesn't hold %q", name, old)
	}
	files[name] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(data, old, words))}
	return files
}

// archive opens the store beside the rig's app.
func (r *rig) archive() (store.Store, revision.Archive) {
	r.t.Helper()
	st, err := app.OpenStore(r.t.Context(), r.opts.Environment, r.opts.Settings, r.opts.Keys)
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { st.Close() })
	return st, app.Archive(r.opts.Keys, r.opts.Settings, st)
}

// publish makes flows and facts live, unchecked; nil are the shipped ones.
func (r *rig) publish(flows, facts fs.FS) revision.Revision {
	r.t.Helper()
	if flows == nil {
		flows = r.opts.Flows
	}
	if facts == nil {
		facts = r.opts.Config
	}
	_, a := r.archive()
	files, err := revision.Gather(flows, facts)
	if err != nil {
		r.t.Fatal(err)
	}
	h, err := a.History(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	live, err := a.Publish(r.t.Context(), h, files, revision.Revision{}, time.Now())
	if err != nil {
		r.t.Fatal(err)
	}
	return live
}

// undo does what `hogushi publish --undo` does, unchecked.
func (r *rig) undo() revision.Revision {
	r.t.Helper()
	_, a := r.archive()
	h, err := a.History(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	before, _ := h.Before()
	files, err := a.Files(r.t.Context(), before)
	if err != nil {
		r.t.Fatal(err)
	}
	live, err := a.Publish(r.t.Context(), h, files, before, time.Now())
	if err != nil {
		r.t.Fatal(err)
	}
	return live
}

func (r *rig) look() {
	r.t.Helper()
	if err := r.Look(r.t.Context()); err != nil {
		r.t.Fatal(err)
	}
}

// runs checks which revision is in use, and by how many numbers it is behind.
func (r *rig) runs(number, behind string) {
	r.t.Helper()
	_, metrics := r.get("/metrics")
	for name, want := range map[string]string{"hogushi_revision": number, "hogushi_revision_behind": behind} {
		_, rest, _ := strings.Cut(metrics, "\n"+name+" ")
		if got, _, _ := strings.Cut(rest, "\n"); got != want {
			r.t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}

// beside makes another app on the same store and the same LINE, not yet started, with a log
// of its own.
func (r *rig) beside(change func(*app.Options)) *rig {
	r.t.Helper()
	other := *r
	other.log = &journal{changed: make(chan struct{})}
	other.opts.Log = slog.New(slog.NewJSONHandler(other.log, nil))
	if change != nil {
		change(&other.opts)
	}
	other.make()
	return &other
}

// hears has a patient say something to this replica.
func (r *rig) hears(u *linetest.User, words, want string) {
	r.t.Helper()
	r.pace()
	r.platform.Connect("http://" + r.Addr().String() + "/webhook")
	says(r.t, r.answered(u, u.Text(words), 200), want)
}

// TestRevisions: two replicas on one store, one of which is behind: it never moves a patient
// backwards, forwards and undone.
func TestRevisions(t *testing.T) {
	onStores(t, func(t *testing.T, env config.Environment) {
		a := newRig(t, env, held).start()
		b := a.replica()
		a.runs("1", "0")
		b.runs("1", "0")
		user, other := a.platform.NewUser(), a.platform.NewUser()
		a.hears(user, "メニュー", menuWords)
		b.hears(other, "メニュー", menuWords)

		if live := a.publish(few("二つめです。"), nil); live.Number != 2 {
			t.Fatalf("published %d, want 2", live.Number)
		}
		a.hears(user, "メニュー", menuWords) // it doesn't know yet
		a.look()
		a.runs("2", "0")
		b.runs("1", "0")
		a.hears(user, "メニュー", "二つめです。")
		b.hears(other, "メニュー", menuWords) // b is behind
		b.hears(user, "メニュー", "二つめです。")   // and learns from the session
		b.runs("2", "0")
		b.hears(other, "メニュー", "二つめです。")

		if live := b.undo(); live.Number != 3 || live.Restores != 1 {
			t.Fatalf("undone to %+v, want number 3, of 1", live)
		}
		b.look()
		b.hears(user, "メニュー", menuWords)
		a.hears(other, "メニュー", "二つめです。")
		a.hears(user, "メニュー", menuWords)
		a.runs("3", "0")
		a.platform.Check(t)
	})
}

// TestFormEdited: the question that a patient is answering is renamed, and the renaming undone,
// while he goes from one replica to the other, one of them behind each time: he fills in the
// form without a word of it, once.
func TestFormEdited(t *testing.T) {
	onStores(t, func(t *testing.T, env config.Environment) {
		a := newRig(t, env, held).start()
		b := a.replica()
		user := a.platform.NewUser()
		at := []*rig{a, b}
		n := 0
		tellContact(func(words, want string) {
			t.Helper()
			switch words {
			case markName: // answers the question that is renamed now
				a.publish(renamed(t, "name", "full-name"), nil)
				a.look()
			case markPhone: // and the next one goes back to its old name
				a.undo()
				b.look()
			case "午前":
				a.publish(renamed(t, "when", "what-time"), nil)
				b.look()
			}
			at[n%2].hears(user, words, want)
			if strings.Contains(user.Last().Text(), "変わりました") {
				t.Errorf("after %q the patient is told of a change: %s", words, user.Last().Text())
			}
			n++
		})
		a.look()
		b.look()
		a.runs("4", "0")
		b.runs("4", "0")
		st, _ := a.archive()
		leads, err := st.Leads(t.Context(), nil, 10)
		if err != nil || len(leads) != 1 {
			t.Fatalf("got %d requests, %v, want 1", len(leads), err)
		}
		lead, err := app.Book(keys(), a.opts.Settings).Open(leads[0])
		if err != nil || len(lead.Fields) != 6 {
			t.Errorf("got %+v, %v, want all that was given", lead.Fields, err)
		}
		a.platform.Check(t)
	})
}

// renamed are flows with a step of the form called otherwise, and a line for who stands there.
func renamed(t *testing.T, old, name string) fstest.MapFS {
	t.Helper()
	files := with(t, few(menuWords), "contact.yaml", "- step: "+old+"\n", "- step: "+name+"\n")
	files["contact.yaml"].Data = bytes.ReplaceAll(files["contact.yaml"].Data, []byte("go: "+old+"\n"), []byte("go: "+name+"\n"))
	return with(t, files, "contact.yaml", "\nsteps:\n", "\nrenamed: {"+old+": "+name+"}\nsteps:\n")
}

// TestRevisionFollowed: an app looks by itself; and a store that has lost a revision doesn't
// take it from who runs it.
func TestRevisionFollowed(t *testing.T) {
	t.Parallel()
	r := newRig(t, sqlite(t), func(o *app.Options) { held(o); o.LookEvery = 4 * time.Millisecond }).start()
	r.publish(few("二つめです。"), nil)
	r.log.wait(t, `"msg":"a later revision is in use","revision":2`)
	r.runs("2", "0")
	st, _ := r.archive()
	note, err := st.Note(t.Context(), "flows")
	if err != nil {
		t.Fatal(err)
	}
	_, a := r.archive()
	gone := store.Note{Name: "flows", Version: "gone", Expiry: time.Now().Add(-time.Second)}
	if ok, err := st.SetNote(t.Context(), gone, note.Version); !ok || err != nil {
		t.Fatal(ok, err)
	}
	r.log.wait(t, "the store knows of no revision after 0, and 2 is in use here")
	r.runs("2", "0")
	if h, err := a.History(t.Context()); err != nil || len(h.Revisions) > 0 {
		t.Errorf("got %+v, %v", h, err)
	}
	// Another replica begins anew, and serves who comes from a later one all the same.
	user := r.platform.NewUser()
	r.hears(user, "メニュー", "二つめです。")
	b := r.beside(held).start()
	b.runs("1", "0")
	b.hears(user, "メニュー", menuWords)
	b.log.wait(t, "the store knows of no revision after 1, and a session names 2")
}

// TestSeeded: replicas that start together on a fresh store agree on its first revision,
// whatever lies where each of them is.
func TestSeeded(t *testing.T) {
	onStores(t, func(t *testing.T, env config.Environment) {
		first := newRig(t, env, held)
		rigs := []*rig{first}
		for _, words := range []string{"べつの一つめです。", "もう一つの一つめです。"} {
			rigs = append(rigs, first.beside(func(o *app.Options) { o.Flows = few(words) }))
		}
		var done sync.WaitGroup
		for _, r := range rigs {
			done.Go(func() {
				if err := r.Start(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		done.Wait()
		differ := 0
		_, a := first.archive()
		h, err := a.History(t.Context())
		if err != nil || len(h.Revisions) != 1 {
			t.Fatalf("got %+v, %v, want one revision", h, err)
		}
		for _, r := range rigs {
			t.Cleanup(func() { r.stop() })
			r.runs("1", "0")
			if strings.Contains(r.log.String(), "aren't those in use") {
				differ++
			}
		}
		if differ != len(rigs)-1 {
			t.Errorf("%d replicas say that theirs aren't in use, want %d", differ, len(rigs)-1)
		}
	})
}

// TestRevisionRefused: a revision that can't be run here - of a newer language, forged, gone -
// leaves in use what is, loudly; who comes from it gets the fallback, and his session stays.
func TestRevisionRefused(t *testing.T) {
	onStores(t, func(t *testing.T, env config.Environment) {
		a := newRig(t, env, held).start()
		user := a.platform.NewUser()
		a.hears(user, "メニュー", menuWords)
		st, archive := a.archive()

		a.publish(with(t, few(menuWords), "menu.yaml", "go: contact", "go: nowhere"), nil)
		for range 2 {
			if err := a.Look(t.Context()); err == nil || !strings.Contains(err.Error(), "revision 2") || !strings.Contains(err.Error(), "menu.yaml:") {
				t.Errorf("a revision with errors: got %v", err)
			}
		}
		a.runs("1", "1")
		a.ready(200)
		a.hears(user, "メニュー", menuWords)
		if got := strings.Count(a.log.String(), "look for revisions"); got != 1 {
			t.Errorf("it is said %d times, want once", got)
		}
		if err := a.beside(nil).Start(t.Context()); err == nil || !strings.Contains(err.Error(), "revision 2, which is live, can't be used by this release") {
			t.Errorf("a start on it: got %v", err)
		} else if bad, ok := errors.AsType[*app.FlowsError](err); !ok || bad.Number != 2 || bad.Problems.Len() == 0 {
			t.Errorf("a start on it: got %#v, want its problems", err)
		}

		good := a.publish(few("三つめです。"), nil)
		note, err := st.Note(t.Context(), "flows-3-"+good.Hash)
		if err != nil {
			t.Fatal(err)
		}
		forged := *note
		forged.Version, forged.Body = "forged", append([]byte{note.Body[0] ^ 1}, note.Body[1:]...)
		if ok, err := st.SetNote(t.Context(), forged, note.Version); !ok || err != nil {
			t.Fatal(ok, err)
		}
		if err := a.Look(t.Context()); !errors.Is(err, revision.ErrUnreadable) {
			t.Errorf("a forged revision: got %v", err)
		}
		a.runs("1", "2")
		a.ready(200)
		if err := a.beside(nil).Start(t.Context()); !errors.Is(err, revision.ErrUnreadable) {
			t.Errorf("a start on it: got %v", err)
		}
		note.Version = "mended"
		if ok, err := st.SetNote(t.Context(), *note, "forged"); !ok || err != nil {
			t.Fatal(ok, err)
		}
		a.hears(user, "メニュー", menuWords)
		a.look()
		a.hears(user, "メニュー", "三つめです。")

		// A session that names a revision which can't be run here.
		a.publish(few("四つめです。"), nil)
		c := a.beside(nil).start()
		c.hears(user, "メニュー", "四つめです。")
		h, err := archive.History(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		name := "flows-4-" + h.Live().Hash
		note, err = st.Note(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		gone := store.Note{Name: name, Version: "gone", Expiry: time.Now().Add(-time.Second)}
		if ok, err := st.SetNote(t.Context(), gone, note.Version); !ok || err != nil {
			t.Fatal(ok, err)
		}
		a.hears(user, "メニュー", "こちらの不具合で")
		_, metrics := a.get("/metrics")
		says(t, metrics, "\nhogushi_turns_total{outcome=\"newer\"} 1\n")
		c.hears(user, "メニュー", "四つめです。")
		a.hears(user, "息ができない", "119")
		a.platform.Check(t)
		a.quiet("息ができない", user.ID())
	})
}

// TestHistoryForged: a list of revisions that can't be read changes nothing, loudly.
func TestHistoryForged(t *testing.T) {
	t.Parallel()
	r := newRig(t, sqlite(t), held).start()
	st, _ := r.archive()
	note, err := st.Note(t.Context(), "flows")
	if err != nil {
		t.Fatal(err)
	}
	forged := *note
	forged.Version = "2-forged"
	if ok, err := st.SetNote(t.Context(), forged, note.Version); !ok || err != nil {
		t.Fatal(ok, err)
	}
	if err := r.Look(t.Context()); !errors.Is(err, revision.ErrUnreadable) {
		t.Errorf("got %v", err)
	}
	r.runs("1", "1")
	says(t, r.log.String(), "read the list of revisions")
	r.hears(r.platform.NewUser(), "メニュー", menuWords)
}

// TestRevisionLater: an app that starts without its store has the words that lie here, and
// what is live as soon as the store is there.
func TestRevisionLater(t *testing.T) {
	t.Parallel()
	server := storetest.Redis(t)
	env := config.Environment{RedisURL: server.URL}
	here := func(o *app.Options) {
		held(o)
		o.Flows = with(t, few(menuWords), "patterns.yaml", "すぐに119番へ電話してください。", "すぐに119番へ（ここ）。")
	}
	server.Stop()
	r := newRig(t, env, here).start()
	user := r.platform.NewUser()
	says(t, r.answered(user, user.Text("息ができない"), 503), "すぐに119番へ（ここ）。")
	r.runs("0", "0")
	server.Start()
	r.log.wait(t, `"msg":"store opened"`)
	r.runs("1", "0")
	r.pace()
	says(t, r.answered(user, user.Text("息ができない"), 200), "すぐに119番へ（ここ）。")
	r.publish(few("二つめです。"), nil)
	server.Pause()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := r.Look(ctx); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("a store that hangs: got %v", err)
	}
	server.Resume()
	r.quiet("look for revisions")
	r.look()
	r.hears(user, "メニュー", "二つめです。")
}

// TestSeededLater: what was edited while the store was away is what goes live, if it can be run.
func TestSeededLater(t *testing.T) {
	t.Parallel()
	server := storetest.Redis(t)
	server.Stop()
	files := few(menuWords)
	r := newRig(t, config.Environment{RedisURL: server.URL}, func(o *app.Options) { held(o); o.Flows = files }).start()
	maps.Copy(files, few("あとからの一つめです。"))
	server.Start()
	r.log.wait(t, `"msg":"store opened"`)
	r.hears(r.platform.NewUser(), "メニュー", "あとからの一つめです。")
	r.runs("1", "0")

	bad := few(menuWords)
	server.Stop()
	other := newRig(t, config.Environment{RedisURL: server.URL}, func(o *app.Options) { held(o); o.Flows = bad }).start()
	delete(bad, "menu.yaml")
	server.Start()
	if _, ok := errors.AsType[*app.FlowsError](<-other.Failed()); !ok {
		t.Error("flows that can't be run went live")
	}
}

// TestUnseeded: errors in what lies here don't silence a bot for which something was
// published; without that there is nothing to run.
func TestUnseeded(t *testing.T) {
	t.Parallel()
	env := sqlite(t)
	unseeded := func(o *app.Options) { held(o); o.Unseeded = true }
	if err := newRig(t, env, unseeded).Start(t.Context()); !errors.Is(err, app.ErrUnpublished) {
		t.Errorf("nothing to run: got %v", err)
	}
	first := newRig(t, env, func(o *app.Options) { held(o); o.Flows = few("一つめです。") }).start()
	first.stop()
	r := newRig(t, env, unseeded).start()
	r.hears(r.platform.NewUser(), "メニュー", "一つめです。")
}

// TestFactsPublished: the clinic's facts go live with the flows, in the chat and in how long
// a contact request is kept.
func TestFactsPublished(t *testing.T) {
	t.Parallel()
	r := newRig(t, sqlite(t), held).start()
	facts, err := fs.ReadFile(config.Dir(""), "clinic.yaml")
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.NewReplacer("0120-774-665", "03-1234-5678", "retention_days:", "retention_days: 7").Replace(string(facts))
	r.publish(nil, fstest.MapFS{"clinic.yaml": {Data: []byte(changed)}})
	r.look()
	user := r.platform.NewUser()
	tellContact(func(words, want string) { r.hears(user, words, want) })
	r.hears(user, "連絡を希望する", "ご連絡を受け付けています")
	r.hears(user, "取り下げる", "取り下げますか")
	r.hears(user, "取り下げる", "取り下げました")
	r.hears(user, "メニュー", "03-1234-5678")
	st, _ := r.archive()
	leads, err := st.Leads(t.Context(), nil, 10)
	if err != nil || len(leads) != 1 {
		t.Fatalf("got %d leads, %v", len(leads), err)
	}
	if kept := leads[0].Expiry.Sub(r.clock.Now()); kept < 6*24*time.Hour || kept > 7*24*time.Hour {
		t.Errorf("a request that was withdrawn is kept for %v, want 7 days", kept)
	}
}
