package linetest

import (
	"encoding/json"
	"strconv"
	"strings"
)

// LINE: 30 KB a bubble, 50 KB a carousel (R#flex-message). Whether a KB is 1000 or 1024
// bytes, and of whose JSON, is unknown: the smaller, of both.
const (
	maxBubble   = 30_000
	maxCarousel = 50_000
)

const keywordSizes = `xxs|xs|sm|md|lg|xl|xxl|3xl|4xl|5xl`

var (
	color    = pattern(`#[0-9A-Fa-f]{6}(?:[0-9A-Fa-f]{2})?`, "a colour #RRGGBB or #RRGGBBAA")
	space    = pattern(`none|xs|sm|md|lg|xl|xxl|\d+(?:\.\d+)?px`, "a keyword or pixels")
	padding  = pattern(`none|xs|sm|md|lg|xl|xxl|\d+(?:\.\d+)?(?:px|%)`, "a keyword, pixels or a percentage")
	offset   = pattern(`none|xs|sm|md|lg|xl|xxl|-?\d+(?:\.\d+)?(?:px|%)`, "a keyword, pixels or a percentage")
	extent   = pattern(`\d+(?:\.\d+)?(?:px|%)`, "pixels or a percentage")
	pixels   = pattern(`\d+(?:\.\d+)?px`, "pixels")
	fontSize = pattern(keywordSizes+`|\d+(?:\.\d+)?px`, "a keyword or pixels")
	gravity  = oneOf("top", "bottom", "center")
	align    = oneOf("start", "end", "center")
	share    = integer(0, 1<<31-1)
)

// placed are the properties of a component's place (R#box and the others).
var placed = fields{"type!": anything, "margin": space, "position": oneOf("relative", "absolute"),
	"offsetTop": offset, "offsetBottom": offset, "offsetStart": offset, "offsetEnd": offset}

// lettering are the properties that text and span share. An empty text is refused.
var lettering = fields{"text": text(codeUnits, maxCarousel), "size": fontSize, "color": color, "weight": oneOf("regular", "bold"),
	"style": oneOf("normal", "italic"), "decoration": oneOf("none", "underline", "line-through")}

var flexText = object(placed.and(lettering).and(fields{"flex": share, "align": align, "gravity": gravity, "wrap": boolean,
	"lineSpacing": pixels, "action": flexAction, "maxLines": share, "adjustMode": oneOf("shrink-to-fit"), "scaling": boolean,
	"contents": list(0, 1000, variants(map[string]rule{"span": object(lettering.and(fields{"type!": anything}))}))}),
	func(c *checker, at place, o map[string]any) {
		spans, _ := o["contents"].([]any)
		if o["text"] == nil && len(spans) == 0 {
			c.add("schema", at.key("text"), "must be specified: text or contents")
		}
	})

var flexImage = object(placed.and(fields{"url!": media, "flex": share, "align": align, "gravity": gravity,
	"size": pattern(keywordSizes+`|full|\d+(?:\.\d+)?(?:px|%)`, "a keyword, pixels or a percentage"), "aspectRatio": ratio,
	"aspectMode": oneOf("fit", "cover"), "backgroundColor": color, "action": flexAction, "animated": boolean}),
	func(c *checker, at place, o map[string]any) {
		if o["animated"] == true {
			if c.animated++; c.animated == 11 { // LINE: 10 in a message (R#f-image)
				c.add("limit", at.key("animated"), "more than 10 in the message")
			}
		}
	})

var flexButton = object(placed.and(fields{"action!": buttonAction, "flex": share, "color": color, "style": oneOf("primary", "secondary", "link"),
	"gravity": gravity, "height": oneOf("md", "sm"), "adjustMode": oneOf("shrink-to-fit"), "scaling": boolean}))

var flexIcon = object(placed.and(fields{"url!": media, "size": fontSize, "aspectRatio": ratio, "scaling": boolean}))

var flexFiller = object(fields{"type!": anything, "flex": share})

// LINE: what a box may hold depends on its layout (R#box); an icon stands in baseline boxes only (R#icon).
var (
	stacked = variants(map[string]rule{"box": ref("box"), "button": flexButton, "image": flexImage, "text": flexText,
		"separator": object(fields{"type!": anything, "margin": space, "color": color}), "filler": flexFiller})
	inLine = variants(map[string]rule{"icon": flexIcon, "text": flexText, "filler": flexFiller})
)

func init() {
	named["box"] = object(placed.and(fields{"layout!": oneOf("horizontal", "vertical", "baseline"), "contents!": anything,
		"flex": share, "spacing": space, "backgroundColor": color, "borderColor": color,
		"borderWidth": pattern(`none|light|normal|medium|semi-bold|bold|\d+(?:\.\d+)?px`, "a keyword or pixels"), "cornerRadius": space,
		"width": extent, "maxWidth": extent, "height": extent, "maxHeight": extent,
		"paddingAll": padding, "paddingTop": padding, "paddingBottom": padding, "paddingStart": padding, "paddingEnd": padding,
		"action": flexAction, "justifyContent": oneOf("center", "flex-start", "flex-end", "space-between", "space-around", "space-evenly"),
		"alignItems": oneOf("center", "flex-start", "flex-end"), "background": gradient}),
		func(c *checker, at place, o map[string]any) {
			each := stacked
			if o["layout"] == "baseline" {
				each = inLine
			}
			if v, ok := o["contents"]; ok {
				list(0, 1000, each)(c, at.key("contents"), v)
			}
		})
}

var gradient = variants(map[string]rule{"linearGradient": object(fields{"type!": anything,
	"angle!": pattern(`\d+(?:\.\d+)?deg`, "an angle"), "startColor!": color, "endColor!": color, "centerColor": color,
	"centerPosition": pattern(`\d+(?:\.\d+)?%`, "a percentage")})})

// LINE: 1 to 100000 each, the height at most three times the width (R#f-image).
func ratio(c *checker, at place, v any) {
	s, _ := v.(string)
	w, h, ok := strings.Cut(s, ":")
	x, err := strconv.Atoi(w)
	y, err2 := strconv.Atoi(h)
	if !ok || err != nil || err2 != nil || x < 1 || y < 1 || x > 100000 || y > 100000 || y > 3*x {
		c.add("schema", at, "must be {width}:{height}, the height at most three times the width, not %v", v)
	}
}

var blockStyle = object(fields{"backgroundColor": color, "separator": boolean, "separatorColor": color})

var bubble = object(fields{"type!": anything, "size": oneOf("nano", "micro", "deca", "hecto", "kilo", "mega", "giga"),
	"direction": oneOf("ltr", "rtl"), "header": onlyBox, "body": onlyBox, "footer": onlyBox,
	"hero":   variants(map[string]rule{"box": ref("box"), "image": flexImage}), // videos: not of this bot
	"styles": object(fields{"header": blockStyle, "hero": blockStyle, "body": blockStyle, "footer": blockStyle}), "action": flexAction},
	func(c *checker, at place, o map[string]any) {
		if o["header"] == nil && o["hero"] == nil && o["body"] == nil && o["footer"] == nil {
			c.add("schema", at, "at least one block must be specified")
		}
	})

var onlyBox = variants(map[string]rule{"box": ref("box")})

// LINE: 12 bubbles of one size (R#f-carousel).
var flexCarousel = object(fields{"type!": anything, "contents!": list(1, 12, variants(map[string]rule{"bubble": bubble}))},
	func(c *checker, at place, o map[string]any) {
		bubbles, _ := o["contents"].([]any)
		var first string
		for i, v := range bubbles {
			b, _ := v.(map[string]any)
			size, _ := b["size"].(string)
			if size == "" {
				size = "mega"
			}
			if i == 0 {
				first = size
			} else if size != first {
				c.add("limit", at.key("contents").index(i).key("size"), "all bubbles must have the size of the first, %s", first)
			}
		}
	})

func flexContents(c *checker, at place, v any) {
	at.inFlex = true
	variants(map[string]rule{"bubble": bubble, "carousel": flexCarousel})(c, at, v)
}

// checkFlexSize measures the containers of a Flex message.
func checkFlexSize(c *checker, at place, message json.RawMessage) {
	var m struct{ Contents json.RawMessage }
	if json.Unmarshal(message, &m) != nil {
		return
	}
	var k struct {
		Type     string
		Contents []json.RawMessage
	}
	json.Unmarshal(m.Contents, &k)
	measure := func(at place, raw json.RawMessage, most int) {
		if n := max(len(raw), len(canonical(raw))); n > most {
			c.add("limit", at, "JSON of at most %d bytes, is %d", most, n)
		}
	}
	if k.Type != "carousel" {
		measure(at, m.Contents, maxBubble)
		return
	}
	measure(at, m.Contents, maxCarousel)
	for i, b := range k.Contents {
		measure(at.key("contents").index(i), b, maxBubble)
	}
}
