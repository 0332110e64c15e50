package linetest

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func times(n int, s string) string { return strings.Repeat(s, n) }

// joined is n copies of a JSON value with commas between.
func joined(n int, s string) string { return strings.TrimSuffix(times(n, s+","), ",") }

const (
	say    = `{"type":"message","label":"はい","text":"はい"}`
	family = "👨‍👩‍👧‍👦" // one grapheme cluster, 11 UTF-16 units
)

func textMsg(s string) string { return fmt.Sprintf(`{"type":"text","text":%q}`, s) }

func with(message, fields string) string {
	return strings.TrimSuffix(message, "}") + "," + fields + "}"
}

func quick(actions string) string {
	var items []string
	var list []json.RawMessage
	if err := json.Unmarshal([]byte("["+actions+"]"), &list); err != nil {
		panic(err)
	}
	for _, a := range list {
		items = append(items, `{"type":"action","action":`+string(a)+`}`)
	}
	return `{"type":"text","text":"t","quickReply":{"items":[` + strings.Join(items, ",") + `]}}`
}

func tmpl(template string) string {
	return `{"type":"template","altText":"a","template":` + template + `}`
}

func buttons(fields, actions string) string {
	return tmpl(`{"type":"buttons",` + fields + `,"actions":[` + actions + `]}`)
}

func carousel(columns ...string) string {
	return tmpl(`{"type":"carousel","columns":[` + strings.Join(columns, ",") + `]}`)
}

func column(fields, actions string) string { return `{` + fields + `,"actions":[` + actions + `]}` }

func flexMsg(contents string) string {
	return `{"type":"flex","altText":"a","contents":` + contents + `}`
}

func body(components string) string {
	return `{"type":"bubble","body":{"type":"box","layout":"vertical","contents":[` + components + `]}}`
}

func comp(components string) string { return flexMsg(body(components)) }

func baseline(components string) string {
	return comp(`{"type":"box","layout":"baseline","contents":[` + components + `]}`)
}

func button(action string) string { return comp(`{"type":"button","action":` + action + `}`) }

func postback(label, data, more string) string {
	return fmt.Sprintf(`{"type":"postback","label":%q,"data":%q%s}`, label, data, more)
}

func uri(u string) string { return fmt.Sprintf(`{"type":"uri","label":"l","uri":%q}`, u) }

func picker(fields string) string {
	return `{"type":"datetimepicker","label":"l","data":"d",` + fields + `}`
}

func long(prefix string, n int) string { return prefix + times(n-len(prefix), "a") }

// sized is a bubble of n bytes of JSON.
func sized(n int) string {
	b := body(`{"type":"text","text":"X"}`)
	return strings.Replace(b, "X", times(n-len(b)+1, "x"), 1)
}

// limits has every limit at what is allowed and just beyond. The path is that of the breach.
var limits = []struct{ name, good, bad, path string }{
	// messages
	{"text 5000 units", textMsg(times(5000, "あ")), textMsg(times(5001, "あ")), "messages[0].text"},
	{"an apple is 2 units", textMsg(times(2500, "🍎")), textMsg(times(2500, "🍎") + "a"), "messages[0].text"},
	{"text not empty", textMsg("a"), textMsg(""), "messages[0].text"},
	{"text not blank", textMsg(" a"), textMsg("　\n"), "messages[0].text"},
	{"text required", textMsg("a"), `{"type":"text"}`, "messages[0].text"},
	{"text is a string", textMsg("a"), `{"type":"text","text":1}`, "messages[0].text"},
	{"text not null", textMsg("a"), `{"type":"text","text":null}`, "messages[0].text"},
	{"unknown property", textMsg("a"), with(textMsg("a"), `"colour":"red"`), "messages[0].colour"},
	{"unknown type", textMsg("a"), `{"type":"txet","text":"a"}`, "messages[0].type"},
	{"type required", textMsg("a"), `{"text":"a"}`, "messages[0].type"},
	{"an object", textMsg("a"), `"a"`, "messages[0]"},
	{"5 messages", joined(5, textMsg("a")), joined(6, textMsg("a")), "messages"},
	{"1 message", textMsg("a"), ``, "messages"},
	{"20 emojis", with(textMsg("$"), `"emojis":[`+joined(20, `{"index":0,"productId":"p","emojiId":"e"}`)+`]`),
		with(textMsg("$"), `"emojis":[`+joined(21, `{"index":0,"productId":"p","emojiId":"e"}`)+`]`), "messages[0].emojis"},
	{"emoji at a $", with(textMsg("🍎$"), `"emojis":[{"index":2,"productId":"p","emojiId":"e"}]`),
		with(textMsg("🍎$"), `"emojis":[{"index":1,"productId":"p","emojiId":"e"}]`), "messages[0].emojis[0].index"},
	{"sender name 20 units", with(textMsg("a"), `"sender":{"name":"`+times(10, "🍎")+`"}`), with(textMsg("a"), `"sender":{"name":"`+times(10, "🍎")+`a"}`), "messages[0].sender.name"},
	{"sender is not LINE", with(textMsg("a"), `"sender":{"name":"受付"}`), with(textMsg("a"), `"sender":{"name":"LINE受付"}`), "messages[0].sender.name"},
	{"sender icon 2000", with(textMsg("a"), `"sender":{"iconUrl":"`+long("https://a.jp/", 2000)+`"}`), with(textMsg("a"), `"sender":{"iconUrl":"`+long("https://a.jp/", 2001)+`"}`), "messages[0].sender.iconUrl"},
	{"sticker digits", `{"type":"sticker","packageId":"446","stickerId":"1988"}`, `{"type":"sticker","packageId":"446","stickerId":"x"}`, "messages[0].stickerId"},
	{"image https", `{"type":"image","originalContentUrl":"https://a.jp/a.png","previewImageUrl":"https://a.jp/a.png"}`, `{"type":"image","originalContentUrl":"https://a.jp/a.png","previewImageUrl":"http://a.jp/a.png"}`, "messages[0].previewImageUrl"},
	{"image 2000", `{"type":"image","originalContentUrl":"` + long("https://a.jp/", 2000) + `","previewImageUrl":"https://a.jp/a.png"}`, `{"type":"image","originalContentUrl":"` + long("https://a.jp/", 2001) + `","previewImageUrl":"https://a.jp/a.png"}`, "messages[0].originalContentUrl"},
	{"image preview required", `{"type":"image","originalContentUrl":"https://a.jp/a","previewImageUrl":"https://a.jp/a"}`, `{"type":"image","originalContentUrl":"https://a.jp/a"}`, "messages[0].previewImageUrl"},
	{"location title 100", `{"type":"location","title":"` + times(100, "あ") + `","address":"a","latitude":35.6,"longitude":139.7}`, `{"type":"location","title":"` + times(101, "あ") + `","address":"a","latitude":35.6,"longitude":139.7}`, "messages[0].title"},
	{"location address 100", `{"type":"location","title":"a","address":"` + times(100, "あ") + `","latitude":35.6,"longitude":139.7}`, `{"type":"location","title":"a","address":"` + times(101, "あ") + `","latitude":35.6,"longitude":139.7}`, "messages[0].address"},
	{"location latitude", `{"type":"location","title":"a","address":"a","latitude":-90,"longitude":-180}`, `{"type":"location","title":"a","address":"a","latitude":-90.1,"longitude":-180}`, "messages[0].latitude"},
	{"altText 1500 units", strings.Replace(buttons(`"text":"t"`, say), `"altText":"a"`, `"altText":"`+times(750, "🍎")+`"`, 1), strings.Replace(buttons(`"text":"t"`, say), `"altText":"a"`, `"altText":"`+times(750, "🍎")+`a"`, 1), "messages[0].altText"},
	{"flex altText 1500", strings.Replace(comp(`{"type":"filler"}`), `"altText":"a"`, `"altText":"`+times(1500, "あ")+`"`, 1), strings.Replace(comp(`{"type":"filler"}`), `"altText":"a"`, `"altText":"`+times(1501, "あ")+`"`, 1), "messages[0].altText"},

	// quick replies
	{"13 items", quick(joined(13, say)), quick(joined(14, say)), "messages[0].quickReply.items"},
	{"1 item", quick(say), `{"type":"text","text":"t","quickReply":{"items":[]}}`, "messages[0].quickReply.items"},
	{"item type", quick(say), `{"type":"text","text":"t","quickReply":{"items":[{"action":` + say + `}]}}`, "messages[0].quickReply.items[0].type"},
	{"item image https", strings.Replace(quick(say), `"type":"action"`, `"type":"action","imageUrl":"https://a.jp/a.png"`, 1), strings.Replace(quick(say), `"type":"action"`, `"type":"action","imageUrl":"http://a.jp/a.png"`, 1), "messages[0].quickReply.items[0].imageUrl"},
	{"item image 2000", strings.Replace(quick(say), `"type":"action"`, `"type":"action","imageUrl":"`+long("https://a.jp/", 2000)+`"`, 1), strings.Replace(quick(say), `"type":"action"`, `"type":"action","imageUrl":"`+long("https://a.jp/", 2001)+`"`, 1), "messages[0].quickReply.items[0].imageUrl"},
	{"quick label 20 clusters", quick(postback(times(20, family), "d", "")), quick(postback(times(21, "a"), "d", "")), "messages[0].quickReply.items[0].action.label"},
	{"quick label required", quick(say), quick(`{"type":"message","text":"t"}`), "messages[0].quickReply.items[0].action.label"},
	{"quick label not empty", quick(say), quick(`{"type":"message","label":"","text":"t"}`), "messages[0].quickReply.items[0].action.label"},
	{"camera label required", quick(`{"type":"camera","label":"l"},{"type":"cameraRoll","label":"l"},{"type":"location","label":"l"}`), quick(`{"type":"camera"}`), "messages[0].quickReply.items[0].action.label"},
	{"camera label 20", quick(`{"type":"camera","label":"` + times(20, "あ") + `"}`), quick(`{"type":"camera","label":"` + times(21, "あ") + `"}`), "messages[0].quickReply.items[0].action.label"},
	{"no altUri in quick replies", quick(uri("https://a.jp/")), quick(`{"type":"uri","label":"l","uri":"https://a.jp/","altUri":{"desktop":"https://a.jp/"}}`), "messages[0].quickReply.items[0].action.altUri"},
	{"no richmenuswitch", quick(say), quick(`{"type":"richmenuswitch","label":"l","richMenuAliasId":"a","data":"d"}`), "messages[0].quickReply.items[0].action.type"},

	// actions
	{"data 300 units", quick(postback("l", times(150, "🍎"), "")), quick(postback("l", times(150, "🍎")+"a", "")), "messages[0].quickReply.items[0].action.data"},
	{"data required", quick(postback("l", "d", "")), quick(`{"type":"postback","label":"l"}`), "messages[0].quickReply.items[0].action.data"},
	{"data not empty", quick(postback("l", "d", "")), quick(postback("l", "", "")), "messages[0].quickReply.items[0].action.data"},
	{"displayText 300 clusters", quick(postback("l", "d", `,"displayText":"`+times(300, family)+`"`)), quick(postback("l", "d", `,"displayText":"`+times(301, "a")+`"`)), "messages[0].quickReply.items[0].action.displayText"},
	{"postback text 300 clusters", quick(postback("l", "d", `,"text":"`+times(300, "🍎")+`"`)), quick(postback("l", "d", `,"text":"`+times(301, "a")+`"`)), "messages[0].quickReply.items[0].action.text"},
	{"displayText xor text", quick(postback("l", "d", `,"text":"a"`)), quick(postback("l", "d", `,"text":"a","displayText":"a"`)), "messages[0].quickReply.items[0].action"},
	{"fillInText 300 clusters", quick(postback("l", "d", `,"inputOption":"openKeyboard","fillInText":"`+times(300, "🍎")+`"`)), quick(postback("l", "d", `,"inputOption":"openKeyboard","fillInText":"`+times(301, "a")+`"`)), "messages[0].quickReply.items[0].action.fillInText"},
	{"fillInText wants openKeyboard", quick(postback("l", "d", `,"inputOption":"openKeyboard","fillInText":"a\nb"`)), quick(postback("l", "d", `,"inputOption":"openVoice","fillInText":"a"`)), "messages[0].quickReply.items[0].action.fillInText"},
	{"inputOption", quick(postback("l", "d", `,"inputOption":"closeRichMenu"`)), quick(postback("l", "d", `,"inputOption":"open"`)), "messages[0].quickReply.items[0].action.inputOption"},
	{"message text 300 clusters", quick(`{"type":"message","label":"l","text":"` + times(300, family) + `"}`), quick(`{"type":"message","label":"l","text":"` + times(301, "a") + `"}`), "messages[0].quickReply.items[0].action.text"},
	{"message text required", quick(say), quick(`{"type":"message","label":"l"}`), "messages[0].quickReply.items[0].action.text"},
	{"uri 1000", quick(uri(long("https://a.jp/", 1000))), quick(uri(long("https://a.jp/", 1001))), "messages[0].quickReply.items[0].action.uri"},
	{"uri scheme", quick(uri("http://a.jp/") + "," + uri("tel:03-1234-5678") + "," + uri("line://nv/chat") + "," + uri("tel:%237119")), quick(uri("mailto:a@a.jp")), "messages[0].quickReply.items[0].action.uri"},
	{"uri tel", quick(uri("tel:+81-3-1234-5678")), quick(uri("tel:abc")), "messages[0].quickReply.items[0].action.uri"},
	{"uri host", quick(uri("https://a.jp")), quick(uri("https:///a")), "messages[0].quickReply.items[0].action.uri"},
	{"uri line", quick(uri("line://ti/p/@a")), quick(uri("line://")), "messages[0].quickReply.items[0].action.uri"},
	{"uri encoded", quick(uri("https://a.jp/?q=%E7%97%9B%E3%81%BF")), quick(uri("https://a.jp/?q=痛み")), "messages[0].quickReply.items[0].action.uri"},
	{"uri escape", quick(uri("https://a.jp/%20")), quick(uri("https://a.jp/%2")), "messages[0].quickReply.items[0].action.uri"},
	{"uri escape is UTF-8", quick(uri("https://a.jp/%E3%81%82")), quick(uri("https://a.jp/%E3%81")), "messages[0].quickReply.items[0].action.uri"},
	{"uri without space", quick(uri("https://a.jp/a+b")), quick(uri("https://a.jp/a b")), "messages[0].quickReply.items[0].action.uri"},
	{"clipboard 1000 units", quick(`{"type":"clipboard","label":"l","clipboardText":"` + times(500, "🍎") + `"}`), quick(`{"type":"clipboard","label":"l","clipboardText":"` + times(500, "🍎") + `a"}`), "messages[0].quickReply.items[0].action.clipboardText"},
	{"picker data 300", quick(strings.Replace(picker(`"mode":"date"`), `"data":"d"`, `"data":"`+times(300, "a")+`"`, 1)), quick(strings.Replace(picker(`"mode":"date"`), `"data":"d"`, `"data":"`+times(301, "a")+`"`, 1)), "messages[0].quickReply.items[0].action.data"},
	{"picker mode", quick(picker(`"mode":"date"`)), quick(picker(`"mode":"day"`)), "messages[0].quickReply.items[0].action.mode"},
	{"picker mode required", quick(picker(`"mode":"time"`)), quick(picker(`"min":"10:00"`)), "messages[0].quickReply.items[0].action.mode"},
	{"picker earliest", quick(picker(`"mode":"date","min":"1900-01-01"`)), quick(picker(`"mode":"date","min":"1899-12-31"`)), "messages[0].quickReply.items[0].action.min"},
	{"picker latest", quick(picker(`"mode":"date","max":"2100-12-31"`)), quick(picker(`"mode":"date","max":"2101-01-01"`)), "messages[0].quickReply.items[0].action.max"},
	{"picker real day", quick(picker(`"mode":"date","initial":"2024-02-29"`)), quick(picker(`"mode":"date","initial":"2026-02-29"`)), "messages[0].quickReply.items[0].action.initial"},
	{"picker date is no datetime", quick(picker(`"mode":"date","min":"2026-01-01"`)), quick(picker(`"mode":"date","min":"2026-01-01T00:00"`)), "messages[0].quickReply.items[0].action.min"},
	{"picker time", quick(picker(`"mode":"time","min":"00:00","max":"23:59"`)), quick(picker(`"mode":"time","max":"24:00"`)), "messages[0].quickReply.items[0].action.max"},
	{"picker time two digits", quick(picker(`"mode":"time","min":"09:00"`)), quick(picker(`"mode":"time","min":"9:00"`)), "messages[0].quickReply.items[0].action.min"},
	{"picker datetime", quick(picker(`"mode":"datetime","min":"2026-01-01t00:00","max":"2026-01-01T00:01"`)), quick(picker(`"mode":"datetime","min":"2026-01-01 00:00"`)), "messages[0].quickReply.items[0].action.min"},
	{"picker min < max", quick(picker(`"mode":"date","min":"2026-01-01","max":"2026-01-02"`)), quick(picker(`"mode":"date","min":"2026-01-01","max":"2026-01-01"`)), "messages[0].quickReply.items[0].action.min"},
	{"picker initial inside", quick(picker(`"mode":"date","initial":"2026-01-02","max":"2026-01-02"`)), quick(picker(`"mode":"date","initial":"2026-01-03","max":"2026-01-02"`)), "messages[0].quickReply.items[0].action.initial"},

	// templates
	{"buttons text 160 clusters", buttons(`"text":"`+times(160, family)+`"`, say), buttons(`"text":"`+times(161, "a")+`"`, say), "messages[0].template.text"},
	{"buttons text 60 with title", buttons(`"title":"t","text":"`+times(60, family)+`"`, say), buttons(`"title":"t","text":"`+times(61, "a")+`"`, say), "messages[0].template.text"},
	{"buttons text 60 with image", buttons(`"thumbnailImageUrl":"https://a.jp/a","text":"`+times(60, "🍎")+`"`, say), buttons(`"thumbnailImageUrl":"https://a.jp/a","text":"`+times(61, "a")+`"`, say), "messages[0].template.text"},
	{"buttons title 40 clusters", buttons(`"text":"t","title":"`+times(40, family)+`"`, say), buttons(`"text":"t","title":"`+times(41, "a")+`"`, say), "messages[0].template.title"},
	{"buttons title not empty", buttons(`"text":"t","title":"a"`, say), buttons(`"text":"t","title":""`, say), "messages[0].template.title"},
	{"buttons 4 actions", buttons(`"text":"t"`, joined(4, say)), buttons(`"text":"t"`, joined(5, say)), "messages[0].template.actions"},
	{"buttons 1 action", buttons(`"text":"t"`, say), buttons(`"text":"t"`, ``), "messages[0].template.actions"},
	{"buttons text required", buttons(`"text":"t"`, say), buttons(`"title":"t"`, say), "messages[0].template.text"},
	{"template label 20 clusters", buttons(`"text":"t"`, postback(times(20, family), "d", "")), buttons(`"text":"t"`, postback(times(21, "a"), "d", "")), "messages[0].template.actions[0].label"},
	{"template label required", buttons(`"text":"t"`, say), buttons(`"text":"t"`, `{"type":"message","text":"t"}`), "messages[0].template.actions[0].label"},
	{"defaultAction needs no label", buttons(`"text":"t","defaultAction":{"type":"uri","uri":"https://a.jp/"}`, say), buttons(`"text":"t","defaultAction":{"type":"uri"}`, say), "messages[0].template.defaultAction.uri"},
	{"no camera in templates", buttons(`"text":"t"`, say), buttons(`"text":"t"`, `{"type":"camera","label":"l"}`), "messages[0].template.actions[0].type"},
	{"no cameraRoll in templates", buttons(`"text":"t"`, say), buttons(`"text":"t"`, `{"type":"cameraRoll","label":"l"}`), "messages[0].template.actions[0].type"},
	{"no location in templates", buttons(`"text":"t"`, say), buttons(`"text":"t"`, `{"type":"location","label":"l"}`), "messages[0].template.actions[0].type"},
	{"no altUri in templates", buttons(`"text":"t"`, uri("https://a.jp/")), buttons(`"text":"t"`, `{"type":"uri","label":"l","uri":"https://a.jp/","altUri":{"desktop":"https://a.jp/"}}`), "messages[0].template.actions[0].altUri"},
	{"thumbnail https", buttons(`"text":"t","thumbnailImageUrl":"https://a.jp/a"`, say), buttons(`"text":"t","thumbnailImageUrl":"http://a.jp/a"`, say), "messages[0].template.thumbnailImageUrl"},
	{"thumbnail 2000", buttons(`"text":"t","thumbnailImageUrl":"`+long("https://a.jp/", 2000)+`"`, say), buttons(`"text":"t","thumbnailImageUrl":"`+long("https://a.jp/", 2001)+`"`, say), "messages[0].template.thumbnailImageUrl"},
	{"imageAspectRatio", buttons(`"text":"t","imageAspectRatio":"square"`, say), buttons(`"text":"t","imageAspectRatio":"1:1"`, say), "messages[0].template.imageAspectRatio"},
	{"imageSize", buttons(`"text":"t","imageSize":"contain"`, say), buttons(`"text":"t","imageSize":"full"`, say), "messages[0].template.imageSize"},
	{"imageBackgroundColor", buttons(`"text":"t","imageBackgroundColor":"#FFFFFF"`, say), buttons(`"text":"t","imageBackgroundColor":"white"`, say), "messages[0].template.imageBackgroundColor"},
	{"template type", buttons(`"text":"t"`, say), tmpl(`{"type":"button","text":"t","actions":[` + say + `]}`), "messages[0].template.type"},
	{"confirm text 240 clusters", tmpl(`{"type":"confirm","text":"` + times(240, family) + `","actions":[` + joined(2, say) + `]}`), tmpl(`{"type":"confirm","text":"` + times(241, "a") + `","actions":[` + joined(2, say) + `]}`), "messages[0].template.text"},
	{"confirm not 1", tmpl(`{"type":"confirm","text":"t","actions":[` + joined(2, say) + `]}`), tmpl(`{"type":"confirm","text":"t","actions":[` + say + `]}`), "messages[0].template.actions"},
	{"confirm not 3", tmpl(`{"type":"confirm","text":"t","actions":[` + joined(2, say) + `]}`), tmpl(`{"type":"confirm","text":"t","actions":[` + joined(3, say) + `]}`), "messages[0].template.actions"},
	{"carousel 10 columns", carousel(joined(10, column(`"text":"t"`, say))), carousel(joined(11, column(`"text":"t"`, say))), "messages[0].template.columns"},
	{"carousel 1 column", carousel(column(`"text":"t"`, say)), carousel(), "messages[0].template.columns"},
	{"column text 120 clusters", carousel(column(`"text":"`+times(120, family)+`"`, say)), carousel(column(`"text":"`+times(121, "a")+`"`, say)), "messages[0].template.columns[0].text"},
	{"column text 60 with title", carousel(column(`"title":"t","text":"`+times(60, "🍎")+`"`, say)), carousel(column(`"title":"t","text":"`+times(61, "a")+`"`, say)), "messages[0].template.columns[0].text"},
	{"column text 60 with image", carousel(column(`"thumbnailImageUrl":"https://a.jp/a","text":"`+times(60, "🍎")+`"`, say)), carousel(column(`"thumbnailImageUrl":"https://a.jp/a","text":"`+times(61, "a")+`"`, say)), "messages[0].template.columns[0].text"},
	{"column title 40 clusters", carousel(column(`"text":"t","title":"`+times(40, "🍎")+`"`, say)), carousel(column(`"text":"t","title":"`+times(41, "a")+`"`, say)), "messages[0].template.columns[0].title"},
	{"column 3 actions", carousel(column(`"text":"t"`, joined(3, say))), carousel(column(`"text":"t"`, joined(4, say))), "messages[0].template.columns[0].actions"},
	{"columns of equal actions", carousel(column(`"text":"t"`, joined(2, say)), column(`"text":"t"`, joined(2, say))), carousel(column(`"text":"t"`, joined(2, say)), column(`"text":"t"`, say)), "messages[0].template.columns[1]"},
	{"columns all with title", carousel(column(`"text":"t","title":"a"`, say), column(`"text":"t","title":"a"`, say)), carousel(column(`"text":"t","title":"a"`, say), column(`"text":"t"`, say)), "messages[0].template.columns[1]"},
	{"columns all with image", carousel(column(`"text":"t","thumbnailImageUrl":"https://a.jp/a"`, say), column(`"text":"t","thumbnailImageUrl":"https://a.jp/a"`, say)), carousel(column(`"text":"t"`, say), column(`"text":"t","thumbnailImageUrl":"https://a.jp/a"`, say)), "messages[0].template.columns[1]"},
	{"image carousel 10", tmpl(`{"type":"image_carousel","columns":[` + joined(10, `{"imageUrl":"https://a.jp/a","action":`+say+`}`) + `]}`), tmpl(`{"type":"image_carousel","columns":[` + joined(11, `{"imageUrl":"https://a.jp/a","action":`+say+`}`) + `]}`), "messages[0].template.columns"},
	{"image carousel label 12", tmpl(`{"type":"image_carousel","columns":[{"imageUrl":"https://a.jp/a","action":` + postback(times(12, family), "d", "") + `}]}`), tmpl(`{"type":"image_carousel","columns":[{"imageUrl":"https://a.jp/a","action":` + postback(times(13, "a"), "d", "") + `}]}`), "messages[0].template.columns[0].action.label"},
	{"image carousel needs no label", tmpl(`{"type":"image_carousel","columns":[{"imageUrl":"https://a.jp/a","action":{"type":"message","text":"t"}}]}`), tmpl(`{"type":"image_carousel","columns":[{"imageUrl":"https://a.jp/a"}]}`), "messages[0].template.columns[0].action"},

	// Flex
	{"bubble 30 KB", flexMsg(sized(30000)), flexMsg(sized(30001)), "messages[0].contents"},
	{"carousel 50 KB", flexMsg(`{"type":"carousel","contents":[` + sized(24983) + "," + sized(24983) + `]}`), flexMsg(`{"type":"carousel","contents":[` + sized(24983) + "," + sized(24984) + `]}`), "messages[0].contents"},
	{"bubble of a carousel 30 KB", flexMsg(`{"type":"carousel","contents":[` + sized(30000) + `]}`), flexMsg(`{"type":"carousel","contents":[` + sized(30001) + `]}`), "messages[0].contents/contents/0"},
	{"12 bubbles", flexMsg(`{"type":"carousel","contents":[` + joined(12, body(`{"type":"filler"}`)) + `]}`), flexMsg(`{"type":"carousel","contents":[` + joined(13, body(`{"type":"filler"}`)) + `]}`), "messages[0].contents/contents"},
	{"1 bubble", flexMsg(`{"type":"carousel","contents":[` + body(``) + `]}`), flexMsg(`{"type":"carousel","contents":[]}`), "messages[0].contents/contents"},
	{"bubbles of one size", flexMsg(`{"type":"carousel","contents":[` + body(``) + "," + with(body(``), `"size":"mega"`) + `]}`), flexMsg(`{"type":"carousel","contents":[` + body(``) + "," + with(body(``), `"size":"kilo"`) + `]}`), "messages[0].contents/contents/1/size"},
	{"bubble size", flexMsg(with(body(``), `"size":"nano"`)), flexMsg(with(body(``), `"size":"big"`)), "messages[0].contents/size"},
	{"a block", flexMsg(body(``)), flexMsg(`{"type":"bubble"}`), "messages[0].contents"},
	{"body is a box", flexMsg(body(``)), flexMsg(`{"type":"bubble","body":{"type":"text","text":"t"}}`), "messages[0].contents/body/type"},
	{"hero", flexMsg(`{"type":"bubble","hero":{"type":"image","url":"https://a.jp/a"}}`), flexMsg(`{"type":"bubble","hero":{"type":"text","text":"a"}}`), "messages[0].contents/hero/type"},
	{"styles", flexMsg(with(body(``), `"styles":{"body":{"backgroundColor":"#FFFFFF","separator":true}}`)), flexMsg(with(body(``), `"styles":{"all":{}}`)), "messages[0].contents/styles/all"},
	{"box layout", comp(`{"type":"box","layout":"horizontal","contents":[]}`), comp(`{"type":"box","layout":"grid","contents":[]}`), "messages[0].contents/body/contents/0/layout"},
	{"box contents required", comp(`{"type":"box","layout":"vertical","contents":[]}`), comp(`{"type":"box","layout":"vertical"}`), "messages[0].contents/body/contents/0/contents"},
	{"deep", comp(`{"type":"box","layout":"vertical","contents":[{"type":"box","layout":"vertical","contents":[{"type":"text","text":"a"}]}]}`), comp(`{"type":"box","layout":"vertical","contents":[{"type":"box","layout":"vertical","contents":[{"type":"text","text":""}]}]}`), "messages[0].contents/body/contents/0/contents/0/contents/0/text"},
	{"icon in baseline only", baseline(`{"type":"icon","url":"https://a.jp/a"}`), comp(`{"type":"icon","url":"https://a.jp/a"}`), "messages[0].contents/body/contents/0/type"},
	{"no button in baseline", baseline(`{"type":"text","text":"t"}`), baseline(`{"type":"button","action":` + say + `}`), "messages[0].contents/body/contents/0/contents/0/type"},
	{"span in text only", comp(`{"type":"text","contents":[{"type":"span","text":"a"}]}`), comp(`{"type":"span","text":"a"}`), "messages[0].contents/body/contents/0/type"},
	{"text or contents", comp(`{"type":"text","text":"a"}`), comp(`{"type":"text"}`), "messages[0].contents/body/contents/0/text"},
	{"flex text not empty", comp(`{"type":"text","text":" "}`), comp(`{"type":"text","text":""}`), "messages[0].contents/body/contents/0/text"},
	{"wrap", comp(`{"type":"text","text":"a","wrap":true}`), comp(`{"type":"text","text":"a","wrap":"true"}`), "messages[0].contents/body/contents/0/wrap"},
	{"flex", comp(`{"type":"text","text":"a","flex":0}`), comp(`{"type":"text","text":"a","flex":1.5}`), "messages[0].contents/body/contents/0/flex"},
	{"font size", comp(`{"type":"text","text":"a","size":"13px"}`), comp(`{"type":"text","text":"a","size":"full"}`), "messages[0].contents/body/contents/0/size"},
	{"colour", comp(`{"type":"text","text":"a","color":"#11223344"}`), comp(`{"type":"text","text":"a","color":"#123"}`), "messages[0].contents/body/contents/0/color"},
	{"margin", comp(`{"type":"separator","margin":"5px"}`), comp(`{"type":"separator","margin":"5"}`), "messages[0].contents/body/contents/0/margin"},
	{"padding", comp(`{"type":"box","layout":"vertical","contents":[],"paddingAll":"5%"}`), comp(`{"type":"box","layout":"vertical","contents":[],"paddingAll":"huge"}`), "messages[0].contents/body/contents/0/paddingAll"},
	{"gradient", comp(`{"type":"box","layout":"vertical","contents":[],"background":{"type":"linearGradient","angle":"0deg","startColor":"#000000","endColor":"#FFFFFF"}}`), comp(`{"type":"box","layout":"vertical","contents":[],"background":{"type":"linearGradient","angle":"0","startColor":"#000000","endColor":"#FFFFFF"}}`), "messages[0].contents/body/contents/0/background/angle"},
	{"flex image https", comp(`{"type":"image","url":"https://a.jp/a"}`), comp(`{"type":"image","url":"http://a.jp/a"}`), "messages[0].contents/body/contents/0/url"},
	{"flex image 2000", comp(`{"type":"image","url":"` + long("https://a.jp/", 2000) + `"}`), comp(`{"type":"image","url":"` + long("https://a.jp/", 2001) + `"}`), "messages[0].contents/body/contents/0/url"},
	{"ratio thrice", comp(`{"type":"image","url":"https://a.jp/a","aspectRatio":"1:3"}`), comp(`{"type":"image","url":"https://a.jp/a","aspectRatio":"10:31"}`), "messages[0].contents/body/contents/0/aspectRatio"},
	{"ratio 100000", comp(`{"type":"image","url":"https://a.jp/a","aspectRatio":"100000:1"}`), comp(`{"type":"image","url":"https://a.jp/a","aspectRatio":"100001:1"}`), "messages[0].contents/body/contents/0/aspectRatio"},
	{"10 animated", comp(joined(10, `{"type":"image","url":"https://a.jp/a","animated":true}`)), comp(joined(11, `{"type":"image","url":"https://a.jp/a","animated":true}`)), "messages[0].contents/body/contents/10/animated"},
	{"button label 40 clusters", button(postback(times(40, family), "d", "")), button(postback(times(41, "a"), "d", "")), "messages[0].contents/body/contents/0/action/label"},
	{"button label required", button(say), button(`{"type":"message","text":"t"}`), "messages[0].contents/body/contents/0/action/label"},
	{"button action required", button(say), comp(`{"type":"button"}`), "messages[0].contents/body/contents/0/action"},
	{"button uri label 40", button(`{"type":"uri","label":"` + times(40, "あ") + `","uri":"https://a.jp/"}`), button(`{"type":"uri","label":"` + times(41, "あ") + `","uri":"https://a.jp/"}`), "messages[0].contents/body/contents/0/action/label"},
	{"text action label 40", comp(`{"type":"text","text":"a","action":` + postback(times(40, "🍎"), "d", "") + `}`), comp(`{"type":"text","text":"a","action":` + postback(times(41, "a"), "d", "") + `}`), "messages[0].contents/body/contents/0/action/label"},
	{"text action needs no label", comp(`{"type":"text","text":"a","action":{"type":"message","text":"t"}}`), comp(`{"type":"text","text":"a","action":{"type":"message","label":"","text":"t"}}`), "messages[0].contents/body/contents/0/action/label"},
	{"altUri in Flex", button(`{"type":"uri","label":"l","uri":"https://a.jp/","altUri":{"desktop":"` + long("https://a.jp/", 1000) + `"}}`), button(`{"type":"uri","label":"l","uri":"https://a.jp/","altUri":{"desktop":"` + long("https://a.jp/", 1001) + `"}}`), "messages[0].contents/body/contents/0/action/altUri/desktop"},
	{"no camera in Flex", button(say), button(`{"type":"camera","label":"l"}`), "messages[0].contents/body/contents/0/action/type"},
	{"component unknown", comp(`{"type":"filler","flex":1}`), comp(`{"type":"spacer"}`), "messages[0].contents/body/contents/0/type"},
	{"component property unknown", comp(`{"type":"filler"}`), comp(`{"type":"filler","text":"a"}`), "messages[0].contents/body/contents/0/text"},

	// soft: accepted, but nobody sees it
	{"quick replies on the last", textMsg("a") + "," + quick(say), quick(say) + "," + textMsg("a"), "messages[0].quickReply"},
}

func TestLimits(t *testing.T) {
	t.Parallel()
	for _, c := range limits {
		if _, found := checkMessages(json.RawMessage("[" + c.good + "]")); len(found) > 0 {
			t.Errorf("%s: refused though within the limit: %+v", c.name, found)
		}
		_, found := checkMessages(json.RawMessage("[" + c.bad + "]"))
		if len(found) != 1 || found[0].path != c.path {
			t.Errorf("%s: want one breach at %s, got %+v", c.name, c.path, found)
		}
	}
}

func TestEncoding(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		body string
		good bool
	}{
		{`{"a":"\ud83c\udf4e"}`, true},
		{`{"a":"\\ud83c"}`, true},
		{`{"a":"\\\\ud83c\n"}`, true},
		{`{"a":"あ🍎"}`, true},
		{`{"a":"\ud83c"}`, false},
		{`{"a":"\ud83cx\udf4e"}`, false},
		{`{"a":"\udf4e\ud83c"}`, false},
		{`{"a":"\\\ud83c"}`, false},
		{"{\"a\":\"\xe3\x81\"}", false},
		{"{\"a\":\"\xed\xa0\xbc\"}", false},
		{`"\ud83c`, false},
	} {
		if got := checkEncoding([]byte(c.body)); (got == "") != c.good {
			t.Errorf("%s: %q", c.body, got)
		}
	}
}

func TestUnits(t *testing.T) {
	t.Parallel()
	for s, want := range map[string][2]int{
		"": {0, 0}, "a": {1, 1}, "🍎": {2, 1}, family: {11, 1}, "が": {1, 1}, "か\u3099": {2, 1}, "葛\U000E0100": {3, 1}, "🇯🇵": {4, 1}, "\r\n": {2, 1},
	} {
		if got := [2]int{codeUnits.count(s), graphemes.count(s)}; got != want {
			t.Errorf("%q: %v, want %v", s, got, want)
		}
	}
}
