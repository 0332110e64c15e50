package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"hogushi/bot/app"
	"hogushi/bot/diag"
	"hogushi/bot/flow"
	"hogushi/bot/flowtest"
	"hogushi/bot/gate"
	"hogushi/bot/lint"
	"hogushi/bot/revision"
	"hogushi/bot/seal"
	"hogushi/bot/store"
	"hogushi/bot/turn"
	"hogushi/config"
)

// publish makes flows and the clinic's facts live: they are checked, and then stored as the
// next revision, which every serve on the store takes up within seconds.
func (c *command) publish(ctx context.Context, args []string) error {
	f := flags("publish", "publish [--move] [--json] [--lang ja|en] [DIR] | publish --undo [--move] | publish --list")
	undo := f.Bool("undo", false, "go back to what was live before; again: further back")
	list := f.Bool("list", false, "show what was published")
	move := f.Bool("move", false, "publish all the same when patients wait at a step that would be gone")
	asJSON := f.Bool("json", false, "one JSON object a line")
	lang := f.String("lang", c.lang(), "language of the messages: `ja` or en")
	if err := c.parse(f, args, 0, 1); err != nil {
		return err
	}
	if err := language(*lang); err != nil {
		return err
	}
	switch {
	case *undo && *list, (*undo || *list) && f.NArg() > 0:
		return c.misused(f)
	}
	p := &publishing{command: c, env: config.FromEnvironment(c.Getenv), json: *asJSON, lang: *lang, move: *move}
	if err := p.open(ctx); err != nil {
		return err
	}
	defer p.close()
	if *list {
		return p.list()
	}
	if err := p.choose(ctx, *undo, f.Arg(0)); err != nil || p.files == nil {
		return err
	}
	for _, step := range []func(context.Context) error{p.check, p.converse, p.gate, p.publish} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// publishing is one publish on its way.
type publishing struct {
	*command
	env     config.Environment
	json    bool
	lang    string
	move    bool  // whoever is stranded
	config  fs.FS // the directory of the configuration
	keys    *seal.Keys
	channel string
	store   store.Store
	close   func() error
	archive revision.Archive
	history revision.History
	files   *revision.Files   // what is to be live; nil: it is
	from    revision.Revision // where they are from, if it is an undo
	clinic  flow.Clinic       // the facts among them
	program *flow.Program     // made of them
}

// say tells a result: in words, or as an object.
func (p *publishing) say(object any, ja, en string, args ...any) error {
	switch {
	case p.json:
		enc := json.NewEncoder(p.Stdout)
		enc.SetEscapeHTML(false)
		return enc.Encode(object)
	case p.lang == "ja":
		fmt.Fprintf(p.Stdout, ja+"\n", args...)
	default:
		fmt.Fprintf(p.Stdout, en+"\n", args...)
	}
	return nil
}

// open opens the store and reads what was published.
func (p *publishing) open(ctx context.Context) error {
	if err := p.env.CheckStore(); err != nil {
		return usageError{fmt.Errorf("the environment can't be used:\n%w", err)}
	}
	dir, err := directory(p.env.Config, config.Dir(""))
	if err != nil {
		return fmt.Errorf("CONFIG: %w", err)
	}
	settings, problems := config.Load(dir) // clinic.yaml has its turn in check
	if !settings.Usable {
		p.print(problems, dir)
		return errFound
	}
	st, keys, err := p.openStore(ctx, p.env, settings)
	if err != nil {
		return err
	}
	p.config, p.keys, p.channel, p.store = dir, keys, settings.Channel, st
	p.archive, p.close = app.Archive(keys, settings, st), st.Close
	if p.history, err = p.archive.History(ctx); err != nil {
		return errors.Join(err, st.Close())
	}
	return nil
}

// choose finds what is to be live.
func (p *publishing) choose(ctx context.Context, undo bool, name string) error {
	if undo {
		before, ok := p.history.Before()
		if !ok {
			fmt.Fprintln(p.Stderr, "hogushi publish: "+diag.T("もどせる版は、もうありません。これまでの公開は、publish --list で見られます。", "there is nothing to go back to; see publish --list").In(p.lang))
			return errFound
		}
		var err error
		p.files, err = p.archive.Files(ctx, before)
		p.from = before
		return err
	}
	if name == "" {
		name = p.env.Flows
	}
	dir, err := p.flows(name)
	if err != nil {
		return err
	}
	files, err := revision.Gather(dir, p.config)
	if err != nil {
		return err
	}
	if live := p.history.Live(); files.Hash == live.Hash {
		return p.say(object("unchanged", live), "第%d版から変わったところはありません。公開はしていません。", "nothing has changed since revision %d; nothing was published", live.Number)
	}
	p.files = files
	return nil
}

// check compiles what is to be live, as the command check does. An undo brings its facts along,
// and they can't change but by another publish: that it holds whatever they are was proved when
// it was published, and a stricter proof since must not stand in the way of going back.
func (p *publishing) check(context.Context) error {
	undo := p.from.Number > 0
	clinic, problems := config.LoadFacts(p.files.Config())
	p.clinic = clinic
	failed := problems.Failed()
	err := p.tell(problems, p.json, p.lang, p.files.Config())
	if !undo {
		problems = config.CheckHotlines(p.config)
		failed = failed || problems.Failed()
		err = errors.Join(err, p.tell(problems, p.json, p.lang, p.config))
	}
	if undo {
		p.program, problems = flow.Compile(p.files.Flows(), config.Sound(clinic), flow.Live, lint.Wording)
	} else {
		p.program, problems = prove(p.files.Flows(), p.config, clinic)
	}
	failed = failed || problems.Failed()
	err = errors.Join(err, p.tell(problems, p.json, p.lang, p.files.Flows()))
	if err != nil {
		return err
	}
	if failed {
		return p.refuse("まちがいがあるので、公開していません。", "there are errors: nothing was published")
	}
	steps := 0
	for _, f := range p.program.Flows {
		steps += len(f.Steps)
	}
	return p.say(map[string]any{"step": "check", "flows": len(p.program.Flows), "steps": steps},
		"確認：フロー %d、ステップ %d。まちがいはありません。", "check: %d flows, %d steps, no errors", len(p.program.Flows), steps)
}

// converse runs the conversation tests. Those of an undo were run when it was published first:
// what has changed in the program since must not stand in the way of going back.
func (p *publishing) converse(context.Context) error {
	if p.from.Number > 0 {
		return nil
	}
	tests, problems := flowtest.Read(p.files.Flows())
	wrong, failed := flowtest.NewBench(flow.Read(p.files.Flows()), p.clinic).Run(tests)
	problems.Join(wrong)
	if err := p.tell(problems, p.json, p.lang, p.files.Flows()); err != nil {
		return err
	}
	if problems.Failed() {
		return p.refuse("会話テストが合わないので、公開していません。", "conversation tests fail: nothing was published")
	}
	return p.say(map[string]any{"step": "test", "tests": len(tests), "failed": failed}, "会話テスト：%d個、すべて合っています。", "conversation tests: %d, none failed", len(tests))
}

// gate looks at the sessions of patients: nobody is to lose the question that he is answering.
func (p *publishing) gate(ctx context.Context) error {
	var before *flow.Program
	if live := p.history.Live(); live.Number > 0 {
		files, err := p.archive.Files(ctx, live)
		if err == nil {
			before, err = app.Compile(files, flow.Live)
		}
		if err != nil { // a newer release's, or damaged: only the advice is worse for it
			fmt.Fprintf(p.Stderr, "hogushi publish: revision %d can't be looked at: %v\n", live.Number, err)
		}
	}
	g := gate.New(p.program, before, time.Now())
	sealed := turn.Sealed{Keys: p.keys, Channel: p.channel}
	if err := p.store.Sessions(ctx, func(user store.UserID, r *store.Record) error {
		if s, err := sealed.State(user, r); err != nil {
			g.Unreadable++
		} else {
			g.Count(s)
		}
		return nil
	}); err != nil {
		return err
	}
	how := gate.Published
	switch {
	case p.move:
		how = gate.Moved
	case p.from.Number > 0:
		how = gate.Undone
	}
	problems := g.Problems(how)
	if err := p.tell(problems, p.json, p.lang, p.files.Flows()); err != nil {
		return err
	}
	if problems.Failed() {
		return p.refuse("待っている方がいるので、公開していません。", "patients are waiting: nothing was published")
	}
	if err := p.say(map[string]any{"step": "sessions", "sessions": g.Sessions, "forms": g.Forms, "unreadable": g.Unreadable},
		"いまの会話：%d人。うち、入力の途中は%d人。", "sessions: %d, of which %d amid a form", g.Sessions, g.Forms); err != nil || g.Unreadable == 0 || p.json {
		return err
	}
	return p.say(nil, "読めない会話の記録が%d件あり、調べていません。", "%d sessions can't be read and weren't looked at", g.Unreadable)
}

// refuse says on Stderr why nothing was published.
func (p *publishing) refuse(ja, en string) error {
	if p.lang == "en" {
		ja = en
	}
	fmt.Fprintln(p.Stderr, "hogushi publish: "+ja)
	return errFound
}

// publish makes it live.
func (p *publishing) publish(ctx context.Context) error {
	live, err := p.archive.Publish(ctx, p.history, p.files, p.from, time.Now())
	if errors.Is(err, revision.ErrOvertaken) {
		return fmt.Errorf("%w: nothing was published; look at publish --list, then publish again", err)
	}
	if err != nil {
		return err
	}
	if live.Restores > 0 {
		return p.say(object("published", live), "第%d版を公開しました（第%d版にもどしました）。数秒で切り替わります。もっと前にもどすには、もう一度 publish --undo。",
			"published revision %d, which restores revision %d; it is in use within seconds. To go further back: publish --undo once more", live.Number, live.Restores)
	}
	return p.say(object("published", live), "第%d版を公開しました。数秒で切り替わります。もとにもどすには publish --undo。",
		"published revision %d; it is in use within seconds. To go back: publish --undo", live.Number)
}

// object is a revision for other programs.
func object(step string, r revision.Revision) any {
	r.At = r.At.In(tokyo)
	return struct {
		Step string `json:"step"`
		revision.Revision
	}{step, r}
}

// list shows what was published, the newest first.
func (p *publishing) list() error {
	if len(p.history.Revisions) == 0 {
		fmt.Fprintln(p.Stderr, "nothing was published yet; serve publishes what lies here at its first start")
	}
	var rows [][]string
	for i, r := range p.history.Revisions {
		if p.json {
			if err := p.say(object("revision", r), "", ""); err != nil {
				return err
			}
			continue
		}
		live, restores, number := "いまの版", "第%d版にもどしたもの", "第%d版"
		if p.lang == "en" {
			live, restores, number = "live", "restores %d", "%d"
		}
		row := []string{fmt.Sprintf(number, r.Number), r.At.In(tokyo).Format("2006-01-02 15:04"), r.Hash[:8], ""}
		if r.Restores > 0 {
			row[3] = fmt.Sprintf(restores, r.Restores)
		}
		if i == 0 {
			row = append(row, live)
		}
		rows = append(rows, row)
	}
	p.table(rows)
	return nil
}
