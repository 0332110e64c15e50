package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"math"

	"hogushi/bot/flow"
	"hogushi/bot/graph"
	"hogushi/bot/lint"
	"hogushi/config"
)

// graph draws flows, as far as they can be read, with what is wrong with them.
func (c *command) graph(_ context.Context, args []string) error {
	f := flags("graph", "graph [--json] [--lang ja|en] [--dir DIR] [FLOW...]")
	asJSON := f.Bool("json", false, "one JSON object")
	lang := f.String("lang", c.lang(), "language of the problems: `ja` or en")
	name := f.String("dir", "", "`directory` of the flows (default: those built in, or FLOWS)")
	if err := c.parse(f, args, 0, math.MaxInt); err != nil {
		return err
	}
	if *lang != "ja" && *lang != "en" {
		return usageError{fmt.Errorf("--lang: %q is neither ja nor en", *lang)}
	}
	env := config.FromEnvironment(c.Getenv)
	settings, err := c.settings(env)
	if err != nil {
		return err
	}
	dir, err := c.flows(cmp.Or(*name, env.Flows))
	if err != nil {
		return err
	}
	g, err := graph.New(flow.Outlined(dir, settings.Clinic, flow.Live, lint.Wording), *lang).Only(f.Args()...)
	if err != nil {
		return usageError{err}
	}
	if *asJSON {
		err = g.JSON(c.Stdout)
	} else {
		_, err = io.WriteString(c.Stdout, g.Mermaid())
	}
	if err == nil && g.Failed() {
		fmt.Fprintln(c.Stderr, "there are problems, marked in the drawing; hogushi check says where")
		return errFound
	}
	return err
}
