package linetest

import (
	"maps"
	"regexp"
	"strings"
	"time"
)

// action makes the rule of the actions at one kind of place. Labels are counted in
// grapheme clusters (R#action-object-label-spec).
func action(labels int, required bool, more map[string]rule) rule {
	label := "label"
	if required {
		label = "label!"
	}
	common := fields{"type!": anything, label: visible(graphemes, labels)}
	kinds := map[string]rule{
		"postback": object(common.and(postbackFields), checkPostback),
		"message":  object(common.and(fields{"text!": visible(graphemes, 300)})),
		"uri":      object(common.and(fields{"uri!": actionURI})),
		"datetimepicker": object(common.and(fields{"data!": text(codeUnits, 300), "mode!": oneOf("date", "time", "datetime"),
			"initial": anything, "min": anything, "max": anything}), checkPicker),
		"clipboard": object(common.and(fields{"clipboardText!": text(codeUnits, 1000)})),
	}
	maps.Copy(kinds, more)
	return variants(kinds)
}

// LINE: R#action-object-label-spec. richmenuswitch stands in rich menus only.
var (
	templateAction      = action(20, true, nil)
	defaultAction       = action(20, false, nil) // its label is not shown
	imageCarouselAction = action(12, false, nil)
	buttonAction        = action(40, true, flexURI(true))
	flexAction          = action(40, false, flexURI(false))
	quickAction         = action(20, true, map[string]rule{
		// LINE: for quick replies only (R#camera-action, R#camera-roll-action, R#location-action).
		"camera": labelOnly, "cameraRoll": labelOnly, "location": labelOnly,
	})
)

var labelOnly = object(fields{"type!": anything, "label!": visible(graphemes, 20)})

// LINE: R#uri-action.
var actionURI = link(1000, "http", "https", "line", "tel")

// flexURI is the uri action inside Flex: only there altUri has an effect (R#uri-action).
func flexURI(required bool) map[string]rule {
	label := "label"
	if required {
		label = "label!"
	}
	return map[string]rule{"uri": object(fields{"type!": anything, label: visible(graphemes, 40),
		"uri!": actionURI, "altUri": object(fields{"desktop!": actionURI})})}
}

// LINE: R#postback-action.
var postbackFields = fields{
	"data!":       text(codeUnits, 300),
	"displayText": text(graphemes, 300),
	"text":        text(graphemes, 300), // deprecated
	"inputOption": oneOf("closeRichMenu", "openRichMenu", "openKeyboard", "openVoice"),
	"fillInText":  text(graphemes, 300),
}

func checkPostback(c *checker, at place, o map[string]any) {
	if o["displayText"] != nil && o["text"] != nil {
		c.add("schema", at, "displayText and text exclude each other")
	}
	if o["fillInText"] != nil && o["inputOption"] != "openKeyboard" {
		c.add("schema", at.key("fillInText"), "wants inputOption openKeyboard")
	}
}

// LINE: R#datetime-picker-action. A time of day has no date, so its order is that of the clock.
var pickers = map[string]struct {
	layout, shape, least, most string
}{
	"date":     {"2006-01-02", `\d{4}-\d\d-\d\d`, "1900-01-01", "2100-12-31"},
	"time":     {"15:04", `\d\d:\d\d`, "00:00", "23:59"},
	"datetime": {"2006-01-02T15:04", `\d{4}-\d\d-\d\d[Tt]\d\d:\d\d`, "1900-01-01T00:00", "2100-12-31T23:59"},
}

// pickerTime reads a value of a datetimepicker's mode.
func pickerTime(mode, s string) (time.Time, bool) {
	k, ok := pickers[mode]
	if !ok || !regexp.MustCompile(`^`+k.shape+`$`).MatchString(s) {
		return time.Time{}, false
	}
	t, err := time.Parse(k.layout, strings.ReplaceAll(s, "t", "T"))
	least, _ := time.Parse(k.layout, k.least)
	most, _ := time.Parse(k.layout, k.most)
	return t, err == nil && !t.Before(least) && !t.After(most)
}

func checkPicker(c *checker, at place, o map[string]any) {
	mode, _ := o["mode"].(string)
	if _, ok := pickers[mode]; !ok {
		return // said already
	}
	got := map[string]time.Time{}
	for _, k := range []string{"initial", "min", "max"} {
		v, ok := o[k]
		if !ok {
			continue
		}
		s, _ := v.(string)
		t, ok := pickerTime(mode, s)
		if !ok {
			c.add("schema", at.key(k), "not a %s of LINE: %v", mode, v)
			return
		}
		got[k] = t
	}
	least, hasLeast := got["min"]
	most, hasMost := got["max"]
	if hasLeast && hasMost && !least.Before(most) {
		c.add("limit", at.key("min"), "must be less than max")
	}
	if t, ok := got["initial"]; ok && (hasLeast && t.Before(least) || hasMost && t.After(most)) {
		c.add("limit", at.key("initial"), "must lie between min and max")
	}
}
