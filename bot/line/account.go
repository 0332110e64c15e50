package line

import (
	"context"
	"errors"
	"net/http"

	"github.com/line/line-bot-sdk-go/v8/linebot/messaging_api"
)

var errID = errors.New("count members: not a LINE id")

// This file asks LINE about the account itself, for an operator.

// Endpoint is where LINE sends webhooks.
type Endpoint struct {
	URL    string // "" when none is set
	Active bool
}

// Webhook asks for the address of the webhook. LINE: R#get-webhook-endpoint-information.
func (c *Client) Webhook(ctx context.Context) (Endpoint, error) {
	api, cancel := c.with(ctx)
	defer cancel()
	res, e, err := api.GetWebhookEndpointWithHttpInfo()
	if res != nil && res.StatusCode == http.StatusNotFound {
		return Endpoint{}, nil
	}
	if err := received("get webhook address", res, err); err != nil {
		return Endpoint{}, err
	}
	return Endpoint{e.Endpoint, e.Active}, nil
}

// Trial is what came of a webhook that LINE sent as a test.
type Trial struct {
	OK     bool
	Status int    // of the bot's answer, 0 for none
	Reason string // LINE's word: COULD_NOT_CONNECT, REQUEST_TIMEOUT, ERROR_STATUS_CODE, …
}

// TryWebhook has LINE send an empty webhook to the address that is set. At most 60 an hour.
// LINE: R#test-webhook-endpoint.
func (c *Client) TryWebhook(ctx context.Context) (Trial, error) {
	api, cancel := c.with(ctx)
	defer cancel()
	res, t, err := api.TestWebhookEndpointWithHttpInfo(&messaging_api.TestWebhookEndpointRequest{})
	if err := received("test webhook", res, err); err != nil {
		return Trial{}, err
	}
	return Trial{t.Success, int(t.StatusCode), t.Reason}, nil
}

// Quota is how many messages may be pushed in this month, and how many have been, about.
type Quota struct {
	Limited bool
	Limit   int
	Used    int
}

// Left is how many can still be pushed, 0 at least.
func (q Quota) Left() int { return max(q.Limit-q.Used, 0) }

// Quota asks for it. LINE: R#get-quota, R#get-consumption.
func (c *Client) Quota(ctx context.Context) (Quota, error) {
	api, cancel := c.with(ctx)
	defer cancel()
	res, limit, err := api.GetMessageQuotaWithHttpInfo()
	if err := received("get quota", res, err); err != nil {
		return Quota{}, err
	}
	res, used, err := api.GetMessageQuotaConsumptionWithHttpInfo()
	if err := received("get consumption", res, err); err != nil {
		return Quota{}, err
	}
	return Quota{limit.Type == messaging_api.QuotaType_LIMITED, int(limit.Value), int(used.TotalUsage)}, nil
}

// Members counts who gets what is pushed to a chat, which is what a push costs: the members
// of a group or room, one for a user. 404: the bot isn't in it. LINE:
// R#get-members-group-count, D/pricing.
func (c *Client) Members(ctx context.Context, chat string) (int, error) {
	if !validID(chat) {
		return 0, errID
	}
	api, cancel := c.with(ctx)
	defer cancel()
	switch chat[0] {
	case 'C':
		res, n, err := api.GetGroupMemberCountWithHttpInfo(chat)
		if err := received("count members", res, err); err != nil {
			return 0, err
		}
		return int(n.Count), nil
	case 'R':
		res, n, err := api.GetRoomMemberCountWithHttpInfo(chat)
		if err := received("count members", res, err); err != nil {
			return 0, err
		}
		return int(n.Count), nil
	}
	_, err := c.Profile(ctx, chat)
	return 1, err
}
