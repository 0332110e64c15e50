// Package linetest is a LINE platform inside the process: an HTTP server that plays
// api.line.me, and patients who send signed webhooks to a bot over real HTTP.
//
//	p := linetest.New(linetest.Config{Now: clock.Now})
//	defer p.Close()
//	// start the bot with LINE_API_BASE=p.URL() and p's secret and token, then
//	p.Connect(bot.URL + "/webhook")
//	u := p.NewUser()
//	d := u.Text("こんにちは")
//	reply, err := u.WaitReply(ctx, d)
//	u.Tap("はい")
//	p.Check(t) // fails the test for every rule that the bot broke
//
// It is the oracle of the tests: it shares no code with the bot, and where LINE's
// behaviour is unknown it is stricter. Sources are given as R#anchor for
// developers.line.biz/en/reference/messaging-api/#anchor, as D/page for
// developers.line.biz/en/docs/messaging-api/page/, as C/page for …/en/docs/partner-docs/page/.
package linetest
