package httpapi

import "net/url"

// Out is the answer that carries one view.
type Out[V any] struct {
	ETag         string `header:"ETag" doc:"Version of the record, for If-Match."`
	Location     string `header:"Location" doc:"Address of what was created."`
	CacheControl string `header:"Cache-Control"`
	Body         V
}

// Reply answers with a view of a record at a version (0: it has none).
func Reply[V any](v V, version int64) *Out[V] {
	o := &Out[V]{Body: v, CacheControl: "no-store"}
	if version > 0 {
		o.ETag = ETag(version)
	}
	return o
}

// Created answers a create.
func Created[V any](v V, version int64, location string) *Out[V] {
	o := Reply(v, version)
	o.Location = location
	return o
}

// List is one page of a list.
type List[V any] struct {
	Items []V    `json:"items" doc:"At most limit rows."`
	Next  string `json:"next,omitempty" doc:"Cursor of the next page; absent on the last."`
}

// ListOut is the answer that carries one page.
type ListOut[V any] struct {
	Link         string `header:"Link" doc:"rel=next: address of the next page (RFC 8288)."`
	CacheControl string `header:"Cache-Control"`
	Body         List[V]
}

// ReplyList answers with a page. path is the list's address and query what the
// caller asked for; the link to the next page keeps it.
func ReplyList[V any](items []V, next, path string, query url.Values) *ListOut[V] {
	if items == nil {
		items = []V{}
	}
	o := &ListOut[V]{CacheControl: "no-store", Body: List[V]{Items: items, Next: next}}
	if next != "" {
		q := url.Values{}
		for k, v := range query {
			q[k] = v
		}
		q.Set("after", next)
		o.Link = "<" + Prefix + path + "?" + q.Encode() + `>; rel="next"`
	}
	return o
}
