package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"runtime/debug"
	"strings"
	"time"

	"hogushi/bot/diag"
	"hogushi/bot/flow"
	"hogushi/bot/lint"
	"hogushi/config"
)

// check compiles flows and prints what is wrong with them and with the configuration that
// they rest on.
func (c *command) check(_ context.Context, args []string) error {
	f := flags("check", "check [--json] [--all] [--stats] [--release] [--explain RULE] [--lang ja|en] [DIR]")
	asJSON := f.Bool("json", false, "one JSON object a line")
	f.BoolVar(&c.all, "all", false, allUsage)
	stats := f.Bool("stats", false, "print how long and how easy to read the texts are")
	release := f.Bool("release", false, "what must still be filled in and confirmed before patients see it is an error, too")
	explain := f.String("explain", "", "say why a `rule` exists, with examples")
	lang := f.String("lang", c.lang(), "language of the messages: `ja` or en")
	if err := c.parse(f, args, 0, 1); err != nil {
		return err
	}
	if err := language(*lang); err != nil {
		return err
	}
	c.all = c.all || *release // it is a list of what is to be done
	if *explain != "" {
		return c.explain(*explain, *lang)
	}
	w, err := c.compile(f.Arg(0), *asJSON, *release, *lang)
	switch {
	case err != nil:
		return err
	case *stats:
		preview, _ := flow.Compile(w.dir, w.clinic, flow.Preview) // as good as the other
		return c.stats(w.program, preview, *asJSON)
	case !*asJSON:
		steps := 0
		for _, f := range w.program.Flows {
			steps += len(f.Steps)
		}
		said := "フロー %d、ステップ %d。エラーはありません。（版の印 %s）\n"
		if *lang == "en" {
			said = "%d flows, %d steps, no errors (revision %s)\n"
		}
		fmt.Fprintf(c.Stderr, said, len(w.program.Flows), steps, w.program.Revision)
		if files := w.program.Untranslated(); len(files) > 0 {
			fmt.Fprintln(c.Stderr, diag.T("訳のファイルがなく、日本語のまま出るフロー：%s", "flows without a translation, said in Japanese: %s", strings.Join(files, "、")).In(*lang))
		}
		c.checklist(w.open, *lang)
	}
	return nil
}

func language(lang string) error {
	if lang != "ja" && lang != "en" {
		return usageError{fmt.Errorf("--lang: %q is neither ja nor en", lang)}
	}
	return nil
}

// work is a directory of flows that compile, with the clinic's facts.
type work struct {
	dir     fs.FS
	clinic  flow.Clinic
	program *flow.Program
	open    *diag.List // what is still to be done before patients see it
}

// compile compiles a directory of flows, "" for those of FLOWS or built in, and prints what is
// wrong with them and with the configuration; for a release, what is still to be done, too.
func (c *command) compile(name string, asJSON, release bool, lang string) (w work, err error) {
	env := config.FromEnvironment(c.Getenv)
	settingsDir, err := directory(env.Config, config.Dir(""))
	if err != nil {
		return w, fmt.Errorf("CONFIG: %w", err)
	}
	if w.dir, err = c.flows(cmp.Or(name, env.Flows)); err != nil {
		return w, err
	}
	frugal(w.dir)
	s, problems := config.Load(settingsDir)
	w.clinic, w.open = s.Clinic, config.Release(settingsDir, time.Now())
	if release {
		problems.Join(w.open)
	}
	failed := problems.Failed()
	err = c.tell(problems, asJSON, lang, settingsDir)
	w.program, problems = prove(w.dir, settingsDir, s.Clinic)
	if w.program != nil {
		unread := w.program.Release(time.Now().In(tokyo).Format(time.DateOnly))
		w.open.Join(unread)
		if release {
			problems.Join(unread)
		}
	}
	failed = failed || problems.Failed()
	err = errors.Join(err, c.tell(problems, asJSON, lang, w.dir))
	if err == nil && failed {
		err = errFound
	}
	return w, err
}

// frugal has memory collected rarely for flows as large as a clinic's, which are checked at
// every save, and often for the thousands that are to be checked in less than 300 MB.
func frugal(dir fs.FS) {
	const few = 1 << 20 // bytes
	var size int64
	names, _ := fs.Glob(dir, "*.yaml")
	for _, name := range names {
		if info, err := fs.Stat(dir, name); err == nil {
			size += info.Size()
		}
	}
	if size < few {
		debug.SetGCPercent(200)
	} else {
		debug.SetGCPercent(70)
	}
}

// prove compiles flows for a clinic, and looks whether they hold for others as well. What is
// wrong with its facts has been said; what may only follow from that isn't.
func prove(dir, settings fs.FS, clinic flow.Clinic) (*flow.Program, *diag.List) {
	sound := config.Sound(clinic)
	none, all := config.Extremes(sound)
	program, problems := flow.Prove(dir, sound, []flow.Clinic{none, all}, lint.Wording, config.Numbers(settings, clinic))
	if !maps.Equal(sound, clinic) {
		problems.Drop(func(d diag.Diagnostic) bool { return d.Severity != diag.Error })
	}
	return program, problems
}

// tell prints diagnostics as the result.
func (c *command) tell(problems *diag.List, asJSON bool, lang string, dir fs.FS) error {
	if asJSON {
		return diag.JSON(c.Stdout, problems.Sorted(), lang)
	}
	c.render(c.Stdout, problems, lang, dir)
	return nil
}

const allUsage = "show every single problem, however many there are of a kind"

// render writes diagnostics for people, not all of a kind unless they ask for it.
func (c *command) render(w io.Writer, problems *diag.List, lang string, dir fs.FS) {
	if c.all {
		diag.Render(w, diag.ErrorsFirst(problems.Sorted()), lang, reader(dir))
	} else {
		diag.Abridge(w, problems.Sorted(), lang, reader(dir))
	}
}

// checklist says in short what is still to be done before patients see the flows.
func (c *command) checklist(open *diag.List, lang string) {
	count := map[string]int{}
	for _, d := range open.Sorted() {
		count[d.Rule]++
	}
	first := true
	for _, item := range []struct {
		rule string
		text diag.Text
	}{
		{"unfilled", diag.T("院の情報のうち、まだ書かれていないもの（clinic.yaml）", "facts of the clinic that aren't filled in (clinic.yaml)")},
		{"unchecked-hotline", diag.T("半年以内に確かめていない相談電話（hotlines.yaml）", "telephone numbers of others that nobody has checked lately (hotlines.yaml)")},
		{"unreviewed", diag.T("医師がまだ確認していない、緊急や治療の文章（訳も）", "texts on danger and treatments that no doctor has approved, translations too")},
		{"review-due", diag.T("見直しの日が来た文章", "texts that are to be looked at again")},
	} {
		if count[item.rule] == 0 {
			continue
		}
		if first {
			fmt.Fprintln(c.Stderr, diag.T("公開までにすること（くわしくは check --release）：", "To do before it is made public (check --release lists it):").In(lang))
			first = false
		}
		fmt.Fprintf(c.Stderr, "  %4d  %s\n", count[item.rule], item.text.In(lang))
	}
}
