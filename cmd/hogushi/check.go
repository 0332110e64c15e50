package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"hogushi/bot/diag"
	"hogushi/bot/flow"
	"hogushi/bot/lint"
	"hogushi/config"
	"hogushi/flows"
)

// check compiles flows and prints what is wrong with them and with the configuration that
// they rest on.
func (c *command) check(_ context.Context, args []string) error {
	f := flags("check", "check [--json] [--stats] [--explain RULE] [--lang ja|en] [DIR]")
	asJSON := f.Bool("json", false, "one JSON object a line")
	stats := f.Bool("stats", false, "print how long and how easy to read the texts are")
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
	failed := problems.Failed()
	err = c.tell(problems, *asJSON, *lang, settingsDir)
	var program *flow.Program
	if len(s.Clinic) > 0 { // else every use of a fact would be called wrong
		program, problems = flow.Compile(dir, s.Clinic, flow.Live, lint.Wording)
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
