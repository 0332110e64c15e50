package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"runtime/debug"
	"time"

	"hogushi/bot/diag"
	"hogushi/bot/flow"
	"hogushi/bot/lint"
	"hogushi/config"
	"hogushi/flows"
)

// check compiles flows and prints what is wrong with them and with the configuration that
// they rest on.
func (c *command) check(_ context.Context, args []string) error {
	f := flags("check", "check [--json] [--stats] [--release] [--explain RULE] [--lang ja|en] [DIR]")
	asJSON := f.Bool("json", false, "one JSON object a line")
	stats := f.Bool("stats", false, "print how long and how easy to read the texts are")
	release := f.Bool("release", false, "what must still be filled in and confirmed before patients see it is an error, too")
	explain := f.String("explain", "", "say why a `rule` exists, with examples")
	lang := f.String("lang", c.lang(), "language of the messages: `ja` or en")
	if err := c.parse(f, args, 0, 1); err != nil {
		return err
	}
	if *lang != "ja" && *lang != "en" {
		return usageError{fmt.Errorf("--lang: %q is neither ja nor en", *lang)}
	}
	if *explain != "" {
		return c.explain(*explain, *lang)
	}
	debug.SetGCPercent(40) // a thousand flows are checked in less than 300 MB
	env := config.FromEnvironment(c.Getenv)
	name := env.Flows
	if f.NArg() > 0 {
		name = f.Arg(0)
	}
	settingsDir, err := directory(env.Config, config.Dir(""))
	if err != nil {
		return fmt.Errorf("CONFIG: %w", err)
	}
	dir, err := directory(name, flows.Files)
	if err != nil {
		return fmt.Errorf("open flows: %w", err)
	}
	s, problems := config.Load(settingsDir)
	open := config.Release(settingsDir, time.Now())
	if *release {
		problems.Join(open)
	}
	failed := problems.Failed()
	err = c.tell(problems, *asJSON, *lang, settingsDir)
	var program *flow.Program
	if len(s.Clinic) > 0 { // else every use of a fact would be called wrong
		program, problems = flow.Compile(dir, s.Clinic, flow.Live, lint.Wording)
		if program != nil {
			unread := program.Release()
			open.Join(unread)
			if *release {
				problems.Join(unread)
			}
		}
		failed = failed || problems.Failed()
		err = errors.Join(err, c.tell(problems, *asJSON, *lang, dir))
	}
	switch {
	case err != nil:
		return err
	case failed:
		return errFound
	case *stats:
		preview, _ := flow.Compile(dir, s.Clinic, flow.Preview) // as good as the other
		return c.stats(program, preview, *asJSON)
	case !*asJSON:
		steps := 0
		for _, f := range program.Flows {
			steps += len(f.Steps)
		}
		fmt.Fprintf(c.Stderr, "%d flows, %d steps, revision %s\n", len(program.Flows), steps, program.Revision)
		c.checklist(open, *lang)
	}
	return nil
}

// tell prints diagnostics as the result.
func (c *command) tell(problems *diag.List, asJSON bool, lang string, dir fs.FS) error {
	if asJSON {
		return diag.JSON(c.Stdout, problems.Sorted(), lang)
	}
	diag.Render(c.Stdout, problems.Sorted(), lang, reader(dir))
	return nil
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
		{"unreviewed", diag.T("医師がまだ確認していない、緊急や治療の文章", "texts on danger and treatments that no doctor has approved")},
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
