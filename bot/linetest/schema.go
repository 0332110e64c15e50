package linetest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// common are the properties of every message (R#message-common-properties).
var common = fields{
	"type!":      anything,
	"quickReply": object(fields{"items!": list(1, 13, quickReplyItem)}), // LINE: 13 at most (R#items-object)
	"sender":     object(fields{"name": senderName, "iconUrl": media}),
}

var quickReplyItem = object(fields{"type!": oneOf("action"), "imageUrl": media, "action!": quickAction})

// LINE: 20 characters, "certain words such as LINE may not be used" (R#icon-nickname-switch).
func senderName(c *checker, at place, v any) {
	visible(codeUnits, 20)(c, at, v)
	if s, _ := v.(string); strings.Contains(strings.ToUpper(s), "LINE") {
		c.add("limit", at, "must not contain the word LINE")
	}
}

// altText: LINE: 1500 characters (R#template-messages, R#flex-message).
var altText = visible(codeUnits, 1500)

var quoteToken = text(codeUnits, 1000) // that it was issued is checked where it is sent

// messageTypes are the messages that this platform knows; the bot sends no others.
var messageTypes = variants(map[string]rule{
	"text": object(common.and(fields{"text!": visible(codeUnits, 5000), "quoteToken": quoteToken, // LINE: R#text-message
		"emojis": list(1, 20, object(fields{"index!": integer(0, 5000), "productId!": text(codeUnits, 100), "emojiId!": text(codeUnits, 100)}))}), checkEmojis),
	"sticker": object(common.and(fields{"packageId!": pattern(`\d+`, "digits"), "stickerId!": pattern(`\d+`, "digits"), "quoteToken": quoteToken})),
	"image":   object(common.and(fields{"originalContentUrl!": media, "previewImageUrl!": media})), // LINE: R#image-message
	"location": object(common.and(fields{"title!": visible(codeUnits, 100), "address!": visible(codeUnits, 100), // LINE: R#location-message
		"latitude!": number(-90, 90), "longitude!": number(-180, 180)})),
	"template": object(common.and(fields{"altText!": altText, "template!": templates})),
	"flex":     object(common.and(fields{"altText!": altText, "contents!": flexContents})),
})

// LINE: an index that does not point at a $ is refused (R#text-message).
func checkEmojis(c *checker, at place, o map[string]any) {
	s, _ := o["text"].(string)
	units := utf16.Encode([]rune(s))
	l, _ := o["emojis"].([]any)
	for i, v := range l {
		e, _ := v.(map[string]any)
		n, _ := e["index"].(float64)
		if int(n) >= len(units) || n < 0 || units[int(n)] != '$' {
			c.add("schema", at.key("emojis").index(i).key("index"), "does not point at a $")
		}
	}
}

var imageShape = fields{"imageAspectRatio": oneOf("rectangle", "square"), "imageSize": oneOf("cover", "contain")}

// LINE: R#buttons, R#confirm, R#carousel, R#image-carousel.
var templates = variants(map[string]rule{
	"buttons": object(imageShape.and(fields{"type!": anything, "thumbnailImageUrl": media, "imageBackgroundColor": color6,
		"title": visible(graphemes, 40), "text!": anything, "defaultAction": defaultAction, "actions!": list(1, 4, templateAction)}), cardText(160)),
	"confirm":        object(fields{"type!": anything, "text!": visible(graphemes, 240), "actions!": list(2, 2, templateAction)}),
	"carousel":       object(imageShape.and(fields{"type!": anything, "columns!": list(1, 10, carouselColumn)}), checkColumns),
	"image_carousel": object(fields{"type!": anything, "columns!": list(1, 10, object(fields{"imageUrl!": media, "action!": imageCarouselAction}))}),
})

// LINE: R#column-object-for-carousel.
var carouselColumn = object(fields{"thumbnailImageUrl": media, "imageBackgroundColor": color6, "title": visible(graphemes, 40),
	"text!": anything, "defaultAction": defaultAction, "actions!": list(1, 3, templateAction)}, cardText(120))

var color6 = pattern(`#[0-9A-Fa-f]{6}`, "a colour #RRGGBB")

// cardText checks the text of a card: beside an image or a title only 60 have room.
func cardText(plain int) func(c *checker, at place, o map[string]any) {
	return func(c *checker, at place, o map[string]any) {
		most := plain
		if o["title"] != nil || o["thumbnailImageUrl"] != nil {
			most = 60
		}
		if v, ok := o["text"]; ok {
			visible(graphemes, most)(c, at.key("text"), v)
		}
	}
}

// LINE: as many actions in every column, image and title in all or in none (R#carousel).
func checkColumns(c *checker, at place, o map[string]any) {
	columns, _ := o["columns"].([]any)
	var first string
	for i, v := range columns {
		col, _ := v.(map[string]any)
		actions, _ := col["actions"].([]any)
		shape := fmt.Sprintf("%d actions, title %t, image %t", len(actions), col["title"] != nil, col["thumbnailImageUrl"] != nil)
		if i == 0 {
			first = shape
		} else if shape != first {
			c.add("limit", at.key("columns").index(i), "must be like the first column (%s): %s", first, shape)
		}
	}
}

// checkMessages checks the messages of one call.
func checkMessages(raw json.RawMessage) ([]json.RawMessage, []problem) {
	var messages []json.RawMessage
	c := &checker{}
	at := place{path: "messages"}
	if err := json.Unmarshal(raw, &messages); err != nil {
		c.add("schema", at, "must be an array")
		return nil, c.found
	}
	if len(messages) < 1 || len(messages) > 5 { // LINE: R#send-reply-message
		c.add("limit", at, "Size must be between 1 and 5, is %d", len(messages))
	}
	for i, m := range messages {
		var v any
		if err := json.Unmarshal(m, &v); err != nil {
			c.add("schema", at.index(i), "must be an object")
			continue
		}
		c.animated = 0
		messageTypes(c, at.index(i), v)
		o, _ := v.(map[string]any)
		if o["type"] == "flex" {
			checkFlexSize(c, place{path: at.index(i).path + ".contents", inFlex: true}, m)
		}
		if o["quickReply"] != nil && i < len(messages)-1 {
			// LINE: only the last message's are shown (D/using-quick-reply).
			c.soft("quickReply", at.index(i).key("quickReply"), "nobody sees it: a message follows")
		}
	}
	return messages, c.found
}

// checkEncoding finds what encoding/json would silently replace: broken UTF-8 and halves
// of surrogate pairs in escapes.
func checkEncoding(raw []byte) string {
	if !utf8.Valid(raw) {
		return "invalid UTF-8"
	}
	for i := 0; i < len(raw); i++ {
		if raw[i] != '\\' {
			continue
		}
		r, ok := escape(raw[i:])
		switch {
		case !ok:
			i++ // the escaped character
		case !utf16.IsSurrogate(r):
			i += 5
		default:
			low, _ := escape(raw[i+6:])
			if utf16.DecodeRune(r, low) == utf8.RuneError {
				return "half of a surrogate pair"
			}
			i += 11
		}
	}
	return ""
}

// escape reads a \uXXXX.
func escape(b []byte) (rune, bool) {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return 0, false
	}
	var r rune
	if _, err := fmt.Sscanf(string(b[2:6]), "%04x", &r); err != nil {
		return 0, false
	}
	return r, true
}

// canonical returns JSON without the freedom of its writer: key order, blanks, escapes.
func canonical(raw []byte) []byte {
	var v any
	if json.Unmarshal(raw, &v) != nil {
		return raw
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.Encode(v)
	return bytes.TrimRight(b.Bytes(), "\n")
}
