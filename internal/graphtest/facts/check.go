package facts

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// annotations are the names with an @ that Graph's documents use in what the table covers.
var annotations = map[string]bool{
	"@odata.context": true, "@odata.nextLink": true, "@odata.count": true, "@odata.etag": true, "@odata.type": true,
	"@odata.id": true, "@odata.mediaContentType": true, "@odata.mediaEtag": true, "@odata.deltaLink": true,
	"@microsoft.graph.downloadUrl": true, "@microsoft.graph.conflictBehavior": true, "@microsoft.graph.sourceUrl": true,
	"@name.conflictBehavior": true, // what it was called before Graph; rclone sends it to this day
}

// customThumbnail is a size that a client asked for: thumbnailSet is open for these.
var customThumbnail = regexp.MustCompile(`^c\d+x\d+(_crop)?$`)

// Check compares a JSON value, decoded with [json.Decoder.UseNumber], with a type, and returns what is wrong with it.
func Check(typ string, value any) []string {
	var c checker
	c.value(typ, value, typ)
	return c.problems
}

// CheckParameters compares the body of an action with its parameters.
func CheckParameters(op Operation, value any) []string {
	var c checker
	body, ok := value.(map[string]any)
	if !ok {
		return []string{"the body is no object"}
	}
	for _, name := range slices.Sorted(maps.Keys(body)) {
		switch typ, known := op.Parameters[name]; {
		case annotations[name]:
		case !known:
			c.report(name, "no such parameter")
		default:
			c.value(typ, body[name], name)
		}
	}
	return c.problems
}

type checker struct{ problems []string }

func (c *checker) report(at, format string, args ...any) {
	c.problems = append(c.problems, at+": "+fmt.Sprintf(format, args...))
}

func (c *checker) value(typ string, value any, at string) {
	typ, required := strings.CutSuffix(typ, "!")
	inner, many := element(typ)
	switch {
	case value == nil:
		if required || many {
			c.report(at, "null, which %s cannot be", typ)
		}
	case many:
		list, ok := value.([]any)
		if !ok {
			c.report(at, "not a list, but %s", typ)
		}
		for i, item := range list {
			c.value(inner, item, fmt.Sprintf("%s[%d]", at, i))
		}
	case strings.HasPrefix(typ, "Edm."):
		if !primitive(typ, value) {
			c.report(at, "%v is no %s", value, typ)
		}
	case load().enums[typ] != nil:
		if text, ok := value.(string); !ok || !Member(typ, text) {
			c.report(at, "%v is no member of %s", value, typ)
		}
	case load().types[typ] != nil:
		c.object(typ, value, at)
	default:
		c.report(at, "the table has no type %s", typ)
	}
}

func (c *checker) object(typ string, value any, at string) {
	object, ok := value.(map[string]any)
	if !ok {
		c.report(at, "not an object, but %s", typ)
		return
	}
	for _, name := range slices.Sorted(maps.Keys(object)) {
		inside := at + "." + name
		if before, annotation, found := strings.Cut(name, "@"); found {
			_, property := lookup(typ, func(e *entry) (string, bool) {
				return "", e.properties[before] != "" || e.navigation[before] != ""
			})
			if !annotations["@"+annotation] || before != "" && !property {
				c.report(inside, "no such annotation")
			}
			continue
		}
		property, ok := lookup(typ, func(e *entry) (string, bool) { p, ok := e.properties[name]; return p, ok })
		if !ok {
			property, ok = Navigation(typ, name)
		}
		if !ok && typ == "thumbnailSet" && customThumbnail.MatchString(name) {
			property, ok = "thumbnail", true
		}
		if !ok {
			c.report(inside, "no such property")
			continue
		}
		c.value(property, object[name], inside)
	}
}

// The text forms of primitive types.
var forms = map[string]*regexp.Regexp{
	"Edm.DateTimeOffset": regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,12})?)?(Z|[+-]\d\d:\d\d)$`),
	"Edm.Date":           regexp.MustCompile(`^\d{4}-\d\d-\d\d$`),
	"Edm.TimeOfDay":      regexp.MustCompile(`^\d\d:\d\d(:\d\d(\.\d{1,12})?)?$`),
	"Edm.Duration":       regexp.MustCompile(`^-?P(\d+D)?(T(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?$`),
	"Edm.Guid":           regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`),
}

var integers = map[string]int{"Edm.Byte": 8, "Edm.SByte": 8, "Edm.Int16": 16, "Edm.Int32": 32, "Edm.Int64": 64}

func primitive(typ string, value any) bool {
	text, isText := value.(string)
	number, isNumber := value.(json.Number)
	if form := forms[typ]; form != nil {
		return isText && form.MatchString(text)
	}
	if bits, ok := integers[typ]; ok {
		_, err := strconv.ParseInt(number.String(), 10, bits)
		return isNumber && err == nil
	}
	switch typ {
	case "Edm.String":
		return isText
	case "Edm.Boolean":
		_, ok := value.(bool)
		return ok
	case "Edm.Double", "Edm.Single", "Edm.Decimal":
		f, err := number.Float64()
		return isNumber && err == nil && !math.IsInf(f, 0)
	case "Edm.Binary":
		_, err := base64.StdEncoding.DecodeString(text)
		return isText && err == nil
	}
	return false // Edm.Stream has no value
}
