package main

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"hogushi/bot/flow"
	"hogushi/bot/flowtest"
	"hogushi/bot/schema"
	"hogushi/config"
	"hogushi/flows"
)

// schema writes what editors know of the files that staff write, with the names that the
// flows in a directory have.
func (c *command) schema(_ context.Context, args []string) error {
	f := flags("schema", "schema [--print KIND] [DIR]")
	kind := f.String("print", "", "print the schema of one `kind` of file and write none")
	if err := c.parse(f, args, 0, 1); err != nil {
		return err
	}
	name := cmp.Or(f.Arg(0), config.FromEnvironment(c.Getenv).Flows)
	if *kind == "" {
		name = cmp.Or(name, "flows")
	}
	dir, err := directory(name, flows.Files)
	if err != nil {
		return fmt.Errorf("open flows: %w", err)
	}
	all := schemas(dir)
	kinds := slices.Sorted(maps.Keys(all))
	if *kind != "" {
		s, ok := all[*kind]
		if !ok {
			return usageError{fmt.Errorf("--print: %q is none of %s", *kind, strings.Join(kinds, ", "))}
		}
		out, err := s.JSON()
		if err == nil {
			_, err = c.Stdout.Write(out)
		}
		return err
	}
	if err := os.MkdirAll(filepath.Join(name, "schema"), 0o755); err != nil {
		return fmt.Errorf("write schemas: %w", err)
	}
	for _, kind := range kinds {
		out, err := all[kind].JSON()
		if err != nil {
			return err
		}
		file := filepath.Join(name, "schema", kind+".json")
		if err := os.WriteFile(file, out, 0o644); err != nil {
			return fmt.Errorf("write schemas: %w", err)
		}
		fmt.Fprintln(c.Stdout, file)
	}
	return nil
}

// schemas are those of all kinds of files.
func schemas(dir fs.FS) map[string]schema.Schema {
	facts := config.Facts()
	all := flow.Schemas(dir, facts)
	maps.Copy(all, config.Schemas())
	targets, fields := flow.Names(dir, facts)
	all["test"] = flowtest.Schema(targets, fields, facts)
	return all
}
