// Hogushi is the LINE chatbot of a pain clinic. See README.md.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"hogushi/bot/app"
	"hogushi/bot/diag"
	"hogushi/config"
	"hogushi/flows"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal doesn't wait
	c := &command{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Getenv: os.Getenv}
	os.Exit(c.Main(ctx, os.Args[1:]))
}

// Exit codes.
const (
	exitOK      = 0
	exitFound   = 1 // problems found
	exitUsage   = 2 // of the command line or the environment
	exitFailure = 3
)

// command is the program with its surroundings. Results go to Stdout, all else to Stderr.
type command struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Getenv         func(string) string

	all bool // problems are shown one and all
}

const usage = `hogushi: the LINE chatbot of a pain clinic

  hogushi chat [--save DIR]      talk to the bot here: no LINE account, no Redis; --record FILE: and keep it as a test
  hogushi serve                  run it for LINE
  hogushi check [--json] [DIR]   check the flows (default: those built in, or FLOWS)
  hogushi test [--min 90] [DIR]  run the conversation tests of the flows, and say what they don't come to
  hogushi ask [--why] [TEXT...]  what the bot would do with a text, and why; --eval FILE: how well it understands
  hogushi graph [FLOW...]        draw the flows, as Mermaid or as --json; also those that don't compile
  hogushi schema [DIR]           write what editors complete and explain, into DIR/schema (default: flows)
  hogushi publish [DIR]          check the flows, then put them in use on the store that serve uses
  hogushi publish --undo         go back to what was in use before; publish --list shows all
  hogushi leads list [--json]    the contact requests; --undelivered: what hasn't reached every sink
  hogushi leads show NUMBER      one of them, by receipt number or id, with its deliveries
  hogushi leads retry [NUMBER]   try again now what isn't delivered
  hogushi leads done NUMBER      it has been dealt with: it goes after the days that clinic.yaml says
  hogushi leads export           all of them as a table (CSV) that Excel opens
  hogushi leads erase NUMBER     remove all that is kept of whoever made it
  hogushi staff link             a code that binds the LINE chat in which it is typed as the staff's
  hogushi staff list             the chats that are bound; staff unlink ID lets one go
  hogushi doctor [--send]        look at token, webhook, store, keys and sinks, and say what to do
  hogushi keys new               make a DATA_KEY
  hogushi keys rotate            a new key for what is written from now on (reads DATA_KEY)
  hogushi healthz                ask a running serve whether it is alive (for containers)

The environment is described in README.md. Exit: 0 ok, 1 problems found, 2 the command
line or the environment can't be used, 3 failure.
`

// Errors that have been told already, by the exit code that they lead to.
var (
	errFound = errors.New("problems found")
	errUsage = errors.New("usage")
)

// usageError says what is wrong with the command line or the environment.
type usageError struct{ error }

func (usageError) Is(target error) bool { return target == errUsage }
func (e usageError) Unwrap() error      { return e.error }

// Main runs one command and returns its exit code.
func (c *command) Main(ctx context.Context, args []string) int {
	run := map[string]func(context.Context, []string) error{
		"serve": c.serve, "chat": c.chat, "check": c.check, "test": c.test, "publish": c.publish, "schema": c.schema, "graph": c.graph, "leads": c.leads, "keys": c.keys, "staff": c.staff,
		"ask": c.ask, "doctor": c.doctor, "healthz": c.healthz,
	}
	if len(args) == 0 {
		fmt.Fprint(c.Stderr, usage)
		return exitUsage
	}
	if asksHelp(args[0]) {
		fmt.Fprint(c.Stdout, usage)
		return exitOK
	}
	do := run[args[0]]
	if do == nil {
		fmt.Fprintf(c.Stderr, "hogushi: there is no command %q\n\n%s", args[0], usage)
		return exitUsage
	}
	err := do(ctx, args[1:])
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return exitOK
	}
	if err != errFound && err != errUsage {
		fmt.Fprintf(c.Stderr, "hogushi %s: %v\n", args[0], err)
	}
	switch {
	case errors.Is(err, errFound):
		return exitFound
	case errors.Is(err, errUsage):
		return exitUsage
	}
	return exitFailure
}

func asksHelp(arg string) bool {
	return arg == "help" || arg == "-h" || arg == "--help" || arg == "-help"
}

// flags makes a flag set for parse.
func flags(name, synopsis string) *flag.FlagSet {
	f := flag.NewFlagSet(name, flag.ContinueOnError)
	f.Usage = func() {
		fmt.Fprintf(f.Output(), "usage: hogushi %s\n", synopsis)
		f.PrintDefaults()
	}
	return f
}

// parse reads the arguments of a command. Help that was asked for is a result; what is
// wrong has been told when it returns errUsage.
func (c *command) parse(f *flag.FlagSet, args []string, least, most int) error {
	var said bytes.Buffer
	f.SetOutput(&said)
	err := f.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		c.Stdout.Write(said.Bytes())
		return err
	case err != nil:
		c.Stderr.Write(said.Bytes())
		return errUsage
	case f.NArg() < least || f.NArg() > most:
		return c.misused(f)
	}
	return nil
}

// misused says how a command is called.
func (c *command) misused(f *flag.FlagSet) error {
	f.SetOutput(c.Stderr)
	f.Usage()
	return errUsage
}

// settings loads the configuration files; problems are printed.
func (c *command) settings(env config.Environment) (config.Settings, error) {
	dir, err := directory(env.Config, config.Dir(""))
	if err != nil {
		return config.Settings{}, fmt.Errorf("CONFIG: %w", err)
	}
	s, problems := config.Load(dir)
	c.print(problems, dir)
	if problems.Failed() {
		return s, errFound
	}
	return s, nil
}

// newApp makes an app of the flows in a directory, the built-in ones for ""; what is
// wrong with them is printed.
func (c *command) newApp(o app.Options, name string) (*app.App, error) {
	var err error
	if o.Flows, err = c.flows(name); err != nil {
		return nil, err
	}
	a, err := app.New(o)
	if bad, ok := errors.AsType[*app.FlowsError](err); ok {
		c.print(bad.Problems, o.Flows)
		return nil, errFound
	}
	return a, err
}

// flows opens the directory of the flows that staff have named, or gives those built in for "".
func (c *command) flows(name string) (fs.FS, error) {
	dir, err := directory(name, flows.Files)
	if err == nil {
		return dir, nil
	}
	var said diag.Text
	switch info, found := os.Stat(name); {
	case found == nil && !info.IsDir():
		said = diag.T("「%s」はファイルです。フォルダーの「flows」を書いてください。", "%s is a file; name the directory of the flows", name)
	case errors.Is(err, fs.ErrNotExist):
		said = diag.T("「%s」というフォルダーがありません。プロジェクトの一番上のフォルダーで、「flows」と打ってください。", "there is no directory %s; name that of the flows, flows at the top of the project", name)
	default:
		return nil, err
	}
	return nil, errors.New(said.In(c.lang()))
}

// directory opens a directory, or gives what is built in for "".
func directory(name string, builtIn fs.FS) (fs.FS, error) {
	if name == "" {
		return builtIn, nil
	}
	if _, err := os.ReadDir(name); err != nil {
		return nil, err
	}
	return os.DirFS(name), nil
}

func (c *command) print(problems *diag.List, dir fs.FS) {
	c.render(c.Stderr, problems, c.lang(), dir)
}

func reader(dir fs.FS) func(string) []byte {
	return func(file string) []byte {
		data, _ := fs.ReadFile(dir, file)
		return data
	}
}

// lang is the language of diagnostics: Japanese, unless the locale says otherwise.
func (c *command) lang() string {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := c.Getenv(name); v != "" {
			if strings.HasPrefix(v, "en") {
				return "en"
			}
			return "ja"
		}
	}
	return "ja"
}

// logger logs as JSON, a line an event. Environment.CheckServe has checked the level.
func logger(level string, to io.Writer) *slog.Logger {
	var l slog.Level
	l.UnmarshalText([]byte(level))
	return slog.New(slog.NewJSONHandler(to, &slog.HandlerOptions{Level: l}))
}
