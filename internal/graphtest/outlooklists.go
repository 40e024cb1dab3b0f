package graphtest

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/url"
	"strconv"
	"time"
)

// versionOf is a changeKey: it changes with the time of the last change, and with what is shown.
func versionOf(updated time.Time, o object) string {
	sum := sha256.Sum256(fmt.Append(nil, updated, o))
	return base64.StdEncoding.EncodeToString(sum[:16])
}

const defaultOutlookPage = 10

// outlookPage answers with a part of a list of Outlook's. The next part is found with $skip, as the documents show it.
func (c *call) outlookPage(where string, list []object) (*answer, error) {
	list, err := filterObjects(list, c.filter)
	if err != nil {
		return nil, err
	}
	sortObjects(list, c.orderby)
	top := defaultOutlookPage
	if c.top > 0 {
		top = min(c.top, largestPage)
	}
	first := min(c.skip, len(list))
	last := min(first+top, len(list))
	value := make([]object, 0, last-first)
	for _, o := range list[first:last] {
		value = append(value, c.pick(o))
	}
	body := object{"@odata.context": c.context("users('" + url.PathEscape(c.user) + "')/" + where), "value": value}
	if c.count {
		body["@odata.count"] = len(list)
	}
	if last < len(list) {
		body["@odata.nextLink"] = c.linkTo("$skip", strconv.Itoa(last))
	}
	return ok(body), nil
}

// entity is the answer with one thing of Outlook's.
func (c *call) entity(status int, where string, o object) *answer {
	o = c.pick(o)
	o["@odata.context"] = c.context("users('" + url.PathEscape(c.user) + "')/" + where + "/$entity")
	return &answer{status: status, body: o}
}
