package liveconnect

import "encoding/json"

// UnmarshalJSON reads a page from the JSON that it was written as, to go on with it in another process: items of every
// type are read by their type.
func (p *Page[T]) UnmarshalJSON(b []byte) error {
	var stored struct {
		Data           []json.RawMessage
		Next, Previous string
	}
	if err := json.Unmarshal(b, &stored); err != nil {
		return err
	}
	page := Page[T]{Data: make([]T, len(stored.Data)), Next: stored.Next, Previous: stored.Previous}
	for i, text := range stored.Data {
		if err := readStored(text, &page.Data[i]); err != nil {
			return err
		}
	}
	*p = page
	return nil
}

func readStored(text []byte, into any) error {
	item, ok := into.(*Item)
	if !ok {
		return json.Unmarshal(text, into)
	}
	var stored anyItem
	if err := json.Unmarshal(text, &stored); err != nil {
		return err
	}
	*item = stored.Item
	return nil
}

// MarshalJSON writes the item as the service wrote it.
func (o *OtherItem) MarshalJSON() ([]byte, error) {
	if o.JSON != nil {
		return o.JSON, nil
	}
	return json.Marshal(o.ItemInfo)
}
