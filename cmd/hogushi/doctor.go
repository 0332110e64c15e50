package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"hogushi/bot/app"
	"hogushi/bot/flow"
	"hogushi/bot/handoff"
	"hogushi/bot/line"
	"hogushi/bot/lint"
	"hogushi/bot/revision"
	"hogushi/bot/seal"
	"hogushi/bot/sink"
	"hogushi/bot/store"
	"hogushi/config"
	"hogushi/flows"
)

// doctor looks at everything that the bot needs, and says what to do about what is wrong.
func (c *command) doctor(ctx context.Context, args []string) error {
	f := flags("doctor", "doctor [--json] [--lang ja|en] [--send]")
	asJSON := f.Bool("json", false, "one JSON object a line")
	lang := f.String("lang", c.lang(), "language: `ja` or en")
	send := f.Bool("send", false, "send a test to every sink: a push costs as much as any other")
	if err := c.parse(f, args, 0, 0); err != nil {
		return err
	}
	if *lang != "ja" && *lang != "en" {
		return usageError{fmt.Errorf("--lang: %q is neither ja nor en", *lang)}
	}
	d := &doctor{command: c, env: config.FromEnvironment(c.Getenv), json: *asJSON, lang: *lang}
	ctx, cancel := context.WithTimeout(ctx, doctorBy)
	defer cancel()
	d.surroundings()
	d.keep(ctx)
	d.account(ctx)
	d.handover(ctx, *send)
	if d.store != nil {
		d.store.Close()
	}
	if d.failed {
		return errFound
	}
	return nil
}

// doctorBy bounds the whole examination.
const doctorBy = 2 * time.Minute

type doctor struct {
	*command
	env      config.Environment
	settings config.Settings
	keys     *seal.Keys
	store    store.Store
	client   *line.Client
	quota    *line.Quota
	json     bool
	lang     string
	failed   bool
}

// Levels of a finding.
const (
	ok   = "ok"
	warn = "warn"
	fail = "fail"
)

// say tells one finding: what is so, and what to do about it, in both languages.
func (d *doctor) say(level, about, ja, en string) {
	d.failed = d.failed || level == fail
	text := ja
	if d.lang == "en" {
		text = en
	}
	if d.json {
		b, _ := json.Marshal(map[string]string{"level": level, "about": about, "text": text})
		fmt.Fprintln(d.Stdout, string(b))
		return
	}
	fmt.Fprintf(d.Stdout, "%-4s  %-12s  %s\n", level, about, text)
}

// surroundings looks at the environment, the configuration, the keys and the flows.
func (d *doctor) surroundings() {
	if err := d.env.CheckServe(); err != nil {
		for _, l := range strings.Split(err.Error(), "\n") {
			d.say(fail, "environment", l, l)
		}
	} else {
		d.say(ok, "environment", "必要な環境変数がそろっています。", "all that serve needs is set")
	}
	dir, err := directory(d.env.Config, config.Dir(""))
	if err != nil {
		d.say(fail, "config", fmt.Sprintf("CONFIG: %v", err), fmt.Sprintf("CONFIG: %v", err))
		return
	}
	settings, problems := config.Load(dir)
	d.settings = settings
	if problems.Failed() {
		d.say(fail, "config", "設定にまちがいがあります。hogushi check で確かめてください。", "the configuration has errors: run hogushi check")
		return
	}
	files, err := directory(d.env.Flows, flows.Files)
	if err != nil {
		d.say(fail, "flows", fmt.Sprintf("FLOWS: %v", err), fmt.Sprintf("FLOWS: %v", err))
		return
	}
	program, problems := flow.Compile(files, settings.Clinic, flow.Live, lint.Wording)
	if program == nil {
		d.say(fail, "flows", "フローにまちがいがあります。hogushi check で確かめてください。", "the flows have errors: run hogushi check")
	} else {
		d.say(ok, "flows", fmt.Sprintf("%dのフローに、まちがいはありません。", len(program.Flows)), fmt.Sprintf("%d flows without errors", len(program.Flows)))
		if len(program.Images) > 0 && d.env.PublicURL == "" {
			d.say(warn, "images", "PUBLIC_URL がないので、画像は患者さんに出ません。", "without PUBLIC_URL patients are shown no images")
		}
	}
	d.unset()
	keys, note, err := app.Keys(d.env)
	switch {
	case err != nil:
		d.say(fail, "key", fmt.Sprintf("データの鍵を使えません：%v", err), fmt.Sprintf("the data key can't be used: %v", err))
	case note != "":
		d.keys = keys
		d.say(warn, "key", note, note)
	default:
		d.keys = keys
		d.say(ok, "key", "データの鍵を読めます（"+keys.Fingerprint()+"）。控えを、データとは別の場所に置いてください。", "the data key can be read ("+keys.Fingerprint()+"); keep a copy apart from the data")
	}
}

// needed are the facts that the form and the law want before the bot is public.
var needed = []string{"privacy.responsible", "privacy.retention_days", "privacy.processors", "privacy.deletion_days", "privacy.policy_url", "privacy.complaints", "address", "phone_hours", "reply_within"}

func (d *doctor) unset() {
	var lacks []string
	all := 0
	for name, v := range d.settings.Clinic {
		if v == "" {
			all++
		}
		if name = strings.TrimPrefix(name, "clinic."); v == "" && slices.Contains(needed, name) {
			lacks = append(lacks, name)
		}
	}
	if slices.Sort(lacks); len(lacks) > 0 {
		list := strings.Join(lacks, ", ")
		d.say(warn, "clinic", fmt.Sprintf("公開前に clinic.yaml に書くもの：%s（ほかも合わせて、空の項目は%d）", list, all),
			fmt.Sprintf("to be written into clinic.yaml before going public: %s (%d facts are empty in all)", list, all))
	}
}

// keep looks at the store.
func (d *doctor) keep(ctx context.Context) {
	if d.keys == nil || d.env.CheckStore() != nil {
		return // said
	}
	if d.env.DataDir != "" {
		if there, err := app.HasData(d.env.DataDir); err == nil && !there {
			d.say(warn, "store", "まだ何も保存されていません（serve が最初に動くときに作ります）。", "there is no store yet; serve makes it at its first start")
			return
		}
	}
	opening, cancel := context.WithTimeout(ctx, openBy)
	defer cancel()
	s, err := app.OpenStore(opening, d.env, d.settings, d.keys)
	if err != nil {
		d.say(fail, "store", fmt.Sprintf("保存先を開けません：%v", err), fmt.Sprintf("the store can't be opened: %v", err))
		return
	}
	d.store = s
	warnings, err := s.Check(ctx)
	if err != nil {
		d.say(warn, "store", fmt.Sprintf("保存先の設定を調べられません：%v", err), fmt.Sprintf("the store's settings can't be looked at: %v", err))
	}
	for _, w := range warnings {
		level := warn
		if w.Refuse {
			level = fail
		}
		d.say(level, "store", w.Text, w.Text)
	}
	if err == nil && len(warnings) == 0 {
		d.say(ok, "store", "保存先の設定に、データを失うものはありません。", "no setting of the store can lose data")
	}
	d.late(ctx)
	d.revision(ctx)
}

// revision looks at what was published, and whether it is what lies here.
func (d *doctor) revision(ctx context.Context) {
	a := app.Archive(d.keys, d.settings, d.store)
	h, err := a.History(ctx)
	if err == nil && h.Live().Number == 0 {
		d.say(ok, "revision", "まだ何も公開していません。serve が最初に動くときに、ここにあるものが第1版になります。", "nothing was published yet: at its first start serve makes revision 1 of what lies here")
		return
	}
	var files *revision.Files
	if err == nil {
		files, err = a.Files(ctx, h.Live())
	}
	if err == nil {
		_, err = app.Compile(files, flow.Live)
	}
	if err != nil {
		d.say(fail, "revision", fmt.Sprintf("公開されているものを使えません。動いている serve は前のものを使いつづけますが、次は始められません：%v", err),
			fmt.Sprintf("what is live can't be used: a serve that runs goes on with what it has, and won't start again: %v", err))
		return
	}
	if facts, problems := config.LoadFacts(files.Config()); !problems.Failed() {
		d.settings.Clinic = facts // what patients are told
	}
	live := h.Live()
	at := live.At.In(tokyo).Format("2006-01-02 15:04")
	dir, err := directory(d.env.Flows, flows.Files)
	facts, err2 := directory(d.env.Config, config.Dir(""))
	if err != nil || err2 != nil {
		return // said
	}
	if here, err := revision.Hash(dir, facts); err != nil || here != live.Hash {
		d.say(warn, "revision", fmt.Sprintf("第%d版（%s）を使っています。ここにあるフローか clinic.yaml はそれと違い、hogushi publish するまで会話に出ません。", live.Number, at),
			fmt.Sprintf("revision %d (%s) is live; the flows or clinic.yaml here differ from it, and have no effect until they are published (hogushi publish)", live.Number, at))
		return
	}
	d.say(ok, "revision", fmt.Sprintf("第%d版（%s）を使っています。ここにあるものと同じです。", live.Number, at), fmt.Sprintf("revision %d (%s) is live, and the same as what lies here", live.Number, at))
}

// late looks for what hasn't been delivered.
func (d *doctor) late(ctx context.Context) {
	list, err := d.store.Undelivered(ctx, 10000)
	if err != nil {
		d.say(fail, "deliveries", err.Error(), err.Error())
		return
	}
	late := 0
	for _, s := range list {
		if s.State == store.Failed || time.Since(s.Created) > 10*time.Minute {
			late++
		}
	}
	if late > 0 {
		d.say(fail, "deliveries", fmt.Sprintf("届けられていないものが%d あります。hogushi leads list --undelivered で見て、直したら hogushi leads retry。", late),
			fmt.Sprintf("%d deliveries aren't made: see hogushi leads list --undelivered; after mending, hogushi leads retry", late))
		return
	}
	d.say(ok, "deliveries", "届けられていないご連絡の希望は、ありません。", "every contact request has reached every sink")
}

// handover looks at the sinks.
func (d *doctor) handover(ctx context.Context, send bool) {
	webhook, mail, err := app.Sinks(d.env)
	if err != nil {
		d.say(fail, "sinks", err.Error(), err.Error())
	}
	chats := d.env.LineTo
	if len(chats) == 0 && d.store != nil {
		linked, _, err := app.Book(d.keys, d.settings).Chats(ctx, d.store)
		if err != nil {
			d.say(fail, "staff", err.Error(), err.Error())
		}
		for _, chat := range linked {
			chats = append(chats, chat.ID)
		}
	}
	if len(chats) == 0 && webhook == nil && (mail == nil || len(d.env.MailTo) == 0) {
		d.say(fail, "sinks", "ご連絡の希望の届け先がありません。患者さんの希望に、だれも気づきません。hogushi staff link で職員のLINEを登録するか、HANDOFF_MAIL_TO などを設定してください。",
			"contact requests go nowhere, and nobody will see them: bind the staff's LINE chat with hogushi staff link, or set HANDOFF_MAIL_TO or HANDOFF_WEBHOOK_URL")
	}
	if d.client != nil {
		d.staffChats(ctx, chats, send)
	}
	if webhook != nil {
		d.try("webhook", send, d.env.WebhookURL, func(id string) error {
			return webhook.Post(ctx, id, time.Now(), fmt.Appendf(nil, `{"type":"test","timestamp":%q,"data":{}}`, time.Now().Format(time.RFC3339)))
		})
	}
	for _, to := range d.env.MailTo {
		d.tryMail(ctx, mail, to, send)
	}
	if len(d.env.AlertTo) == 0 {
		d.say(warn, "alarm", "ALERT_MAIL_TO がありません。届かないときに、だれにも知らせが行きません（ログと /metrics だけ）。", "ALERT_MAIL_TO isn't set: nobody is told when something isn't delivered, but for the log and /metrics")
	}
	for _, to := range d.env.AlertTo {
		d.tryMail(ctx, mail, to, send)
	}
}

func (d *doctor) tryMail(ctx context.Context, mail *sink.Mail, to string, send bool) {
	if mail == nil {
		return // said
	}
	d.try("mail", send, to, func(id string) error {
		return mail.Send(ctx, sink.Letter{ID: id, To: to, At: time.Now(), Subject: "hogushi からの試し送り", Text: "この宛先に、ご連絡の希望などが届きます。\n"})
	})
}

// try sends a test to a sink, if that is asked for.
func (d *doctor) try(what string, send bool, to string, do func(id string) error) {
	if !send {
		d.say(ok, what, to+" に届けます（--send で試し送り）。", "delivers to "+to+" (--send tries it)")
		return
	}
	if err := do(handoff.NewID()); err != nil {
		d.say(fail, what, fmt.Sprintf("%s に届きません：%v", to, err), fmt.Sprintf("%s isn't reached: %v", to, err))
		return
	}
	d.say(ok, what, to+" に届きました。", "reached "+to)
}
