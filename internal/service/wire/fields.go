package wire

import (
	"strconv"
	"strings"
)

// Nest makes objects and arrays of dotted names, as the web library flattens them: "emails.personal",
// "work.0.employer.name".
func Nest(fields Params) Object {
	root := Object{}
	for _, kv := range fields {
		if strings.Count(kv.key, ".") < maxDepth {
			setField(root, strings.Split(kv.key, "."), kv.value)
		}
	}
	for k, v := range root {
		root[k] = arrays(v)
	}
	return root
}

// setField sets one value. What came first stays.
func setField(at Object, path []string, value string) {
	for _, step := range path[:len(path)-1] {
		next, ok := at[step].(Object)
		if !ok {
			if _, taken := at[step]; taken {
				return
			}
			next = Object{}
			at[step] = next
		}
		at = next
	}
	last := path[len(path)-1]
	if _, taken := at[last]; !taken {
		at[last] = value
	}
}

// arrays turns objects whose names are 0, 1, 2 … into arrays.
func arrays(v any) any {
	o, ok := v.(Object)
	if !ok {
		return v
	}
	list := make([]any, 0, len(o))
	for i := range len(o) {
		if element, ok := o[strconv.Itoa(i)]; ok {
			list = append(list, arrays(element))
		}
	}
	if len(list) == len(o) && len(list) > 0 {
		return list
	}
	for k := range o {
		o[k] = arrays(o[k])
	}
	return o
}

// Text returns a field as text; absent and null fields are told apart by present. Numbers and booleans count as
// written: forms do not know the difference.
func (o Object) Text(name string) (value string, present bool) {
	switch v := o[name].(type) {
	case string:
		return v, true
	case Number:
		return string(v), true
	case bool:
		return strconv.FormatBool(v), true
	case nil:
		_, present = o[name]
		return "", present
	}
	return "", false
}

// TextPtr returns a field for an update: nil leaves the property alone, null empties it.
func (o Object) TextPtr(name string) *string {
	if v, ok := o.Text(name); ok {
		return &v
	}
	return nil
}

// Object returns a nested object; what is absent is empty.
func (o Object) Object(name string) Object {
	v, _ := o[name].(Object)
	return v
}

// List returns a nested array of objects.
func (o Object) List(name string) []Object {
	v, _ := o[name].([]any)
	var out []Object
	for _, e := range v {
		if eo, ok := e.(Object); ok {
			out = append(out, eo)
		}
	}
	return out
}

// Flag reads a boolean field.
func (o Object) Flag(name string, otherwise bool) bool {
	v, _ := o.Text(name)
	switch strings.ToLower(v) {
	case "true":
		return true
	case "false":
		return false
	}
	return otherwise
}

// Number reads a number field.
func (o Object) Number(name string) (value float64, present bool, err error) {
	text, present := o.Text(name)
	if !present || text == "" {
		return 0, false, nil
	}
	value, err = strconv.ParseFloat(text, 64)
	if err != nil || value != value || value > 1e15 || value < -1e15 {
		return 0, false, BadParameter(name, "a number")
	}
	return value, true, nil
}
