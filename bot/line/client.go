package line

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"time"

	"github.com/line/line-bot-sdk-go/v8/linebot/messaging_api"
)

// Config says which channel a Client speaks for.
type Config struct {
	Token   string // a channel access token
	BaseURL string // the API's, "https://host[:port][/path]"; empty: LINE's

	// HTTPClient replaces our own, with its dial timeouts and pool; nil for ours.
	HTTPClient *http.Client
}

// maxWait bounds calls whose context has no deadline.
const maxWait = 10 * time.Second

// maxMessages is what one reply or push can hold. LINE: R#send-reply-message.
const maxMessages = 5

// Client sends for one channel; it may be used concurrently. Every call ends with its
// context, or after maxWait where that has no deadline. No call is repeated by the client:
// see [Temporary].
type Client struct {
	api *messaging_api.MessagingApiAPI
}

// NewClient checks the form of the configuration; it calls nothing.
func NewClient(c Config) (*Client, error) {
	if c.Token == "" {
		return nil, errors.New("make LINE client: no channel access token: set LINE_CHANNEL_TOKEN")
	}
	for i := range len(c.Token) {
		if c.Token[i] <= ' ' || c.Token[i] > '~' {
			return nil, errors.New("make LINE client: the channel access token holds a space, a line break or a character that isn't ASCII: check LINE_CHANNEL_TOKEN")
		}
	}
	client := c.HTTPClient
	if client == nil {
		client = &http.Client{
			Transport: newTransport(),
			// The API doesn't redirect: a redirect is a wrong base URL, and not to be
			// followed with a token.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}
	}
	options := []messaging_api.MessagingApiAPIOption{messaging_api.WithHTTPClient(bounded(client))}
	if c.BaseURL != "" {
		u, err := url.Parse(c.BaseURL)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
			return nil, errors.New("make LINE client: the base URL isn't of the form https://host: check LINE_API_BASE")
		}
		options = append(options, messaging_api.WithEndpoint(c.BaseURL))
	}
	api, err := messaging_api.NewMessagingApiAPI(c.Token, options...)
	if err != nil {
		return nil, fmt.Errorf("make LINE client: %w", err)
	}
	return &Client{api: api}, nil
}

// with gives a call its own copy: the SDK's WithContext changes the client it is called
// on, so that one call's context would become every other's.
func (c *Client) with(ctx context.Context) (*messaging_api.MessagingApiAPI, context.CancelFunc) {
	cancel := func() {}
	if _, ok := ctx.Deadline(); !ok {
		ctx, cancel = context.WithTimeout(ctx, maxWait)
	}
	api := *c.api
	return api.WithContext(ctx), cancel
}

// Reply sends one to five message objects, each exactly the JSON that it is, with a reply
// token. A token works once, within a minute of the webhook; a second try with it can't
// send twice, but can't tell "sent before" from "too late" either: both are 400.
// LINE: R#send-reply-message.
func (c *Client) Reply(ctx context.Context, token string, messages []json.RawMessage) error {
	if !validToken(token) {
		return errors.New("reply: no reply token, or one of another form than LINE's")
	}
	list, err := verbatims(messages)
	if err != nil {
		return fmt.Errorf("reply: %w", err)
	}
	api, cancel := c.with(ctx)
	defer cancel()
	res, _, err := api.ReplyMessageWithHttpInfo(&messaging_api.ReplyMessageRequest{ReplyToken: token, Messages: list})
	return sent("reply", res, err)
}

// retryKeyForm is a UUID's. LINE: D/retrying-api-request.
var retryKeyForm = regexp.MustCompile(`^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$`)

// Push sends one to five message objects to a user, group or room; it costs one of the
// month's messages for each person who gets it (LINE: D/pricing). For 24 hours LINE
// accepts a retry key, a UUID, once: trying again with the key and the same messages
// can't send twice, and an accepted key (409) is success here.
// Success doesn't mean delivered: who has blocked the account gets nothing.
func (c *Client) Push(ctx context.Context, to, retryKey string, messages []json.RawMessage) error {
	if !validID(to) {
		return errors.New("push: the receiver isn't a LINE id")
	}
	// The SDK sends an empty key as an empty header.
	if !retryKeyForm.MatchString(retryKey) {
		return errors.New("push: the retry key isn't a UUID")
	}
	list, err := verbatims(messages)
	if err != nil {
		return fmt.Errorf("push: %w", err)
	}
	api, cancel := c.with(ctx)
	defer cancel()
	res, _, err := api.PushMessageWithHttpInfo(&messaging_api.PushMessageRequest{To: to, Messages: list}, retryKey)
	if res != nil && res.StatusCode == http.StatusConflict {
		return nil
	}
	return sent("push", res, err)
}

// Profile gives a user's display name: the patient's own words, not for logs. 404 when the
// user has blocked the account or never wrote to it. LINE: R#get-profile.
func (c *Client) Profile(ctx context.Context, userID string) (displayName string, err error) {
	// The SDK puts it into the path unescaped: "../info" would be another call.
	if !validID(userID) {
		return "", errors.New("get profile: not a LINE user id")
	}
	api, cancel := c.with(ctx)
	defer cancel()
	res, profile, err := api.GetProfileWithHttpInfo(userID)
	if err := received("get profile", res, err); err != nil {
		return "", err
	}
	return profile.DisplayName, nil
}

// MemberName gives the display name of a member of a group. LINE: R#get-group-member-profile.
func (c *Client) MemberName(ctx context.Context, groupID, userID string) (displayName string, err error) {
	if !validID(groupID) || !validID(userID) {
		return "", errors.New("get member: not LINE ids")
	}
	api, cancel := c.with(ctx)
	defer cancel()
	res, profile, err := api.GetGroupMemberProfileWithHttpInfo(groupID, userID)
	if err := received("get member", res, err); err != nil {
		return "", err
	}
	return profile.DisplayName, nil
}

// Info is what LINE knows about the channel's bot.
type Info struct {
	UserID      string
	DisplayName string
	BasicID     string    // "@…"
	ChatMode    string    // "chat": staff can chat with friends by hand; "bot": they can't
	At          time.Time // LINE's clock, to the second; zero if it doesn't tell
}

// BotInfo asks who the token belongs to. LINE: R#get-bot-info.
func (c *Client) BotInfo(ctx context.Context) (Info, error) {
	api, cancel := c.with(ctx)
	defer cancel()
	res, bot, err := api.GetBotInfoWithHttpInfo()
	if err := received("get bot info", res, err); err != nil {
		return Info{}, err
	}
	at, _ := http.ParseTime(res.Header.Get("Date"))
	return Info{UserID: bot.UserId, DisplayName: bot.DisplayName, BasicID: bot.BasicId, ChatMode: string(bot.ChatMode), At: at}, nil
}

// ShowLoading shows a user the loading animation for so many seconds, or until the bot's
// next message; seconds become the nearest that LINE takes from above: 5, 10, … 60. Only
// one-to-one chats have it. LINE: R#display-a-loading-indicator.
func (c *Client) ShowLoading(ctx context.Context, userID string, seconds int) error {
	if !validID(userID) {
		return errors.New("show loading: not a LINE user id")
	}
	seconds = (min(max(seconds, 5), 60) + 4) / 5 * 5
	api, cancel := c.with(ctx)
	defer cancel()
	res, _, err := api.ShowLoadingAnimationWithHttpInfo(&messaging_api.ShowLoadingAnimationRequest{
		ChatId:         userID,
		LoadingSeconds: int32(seconds),
	})
	return sent("show loading", res, err)
}

// verbatim is a message object that was rendered elsewhere. The SDK's own types would add
// zero values and drop what they don't know.
type verbatim struct{ json.RawMessage }

// GetType is the SDK's mark of a message; it is asked of the SDK's own types only.
func (verbatim) GetType() string { return "" }

func verbatims(messages []json.RawMessage) ([]messaging_api.MessageInterface, error) {
	if n := len(messages); n < 1 || n > maxMessages {
		return nil, fmt.Errorf("%d messages, want 1 to %d", n, maxMessages)
	}
	list := make([]messaging_api.MessageInterface, len(messages))
	for i, message := range messages {
		if len(message) == 0 || message[0] != '{' {
			return nil, fmt.Errorf("message %d isn't a JSON object", i+1)
		}
		list[i] = verbatim{message}
	}
	return list, nil
}
