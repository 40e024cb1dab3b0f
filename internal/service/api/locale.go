package api

import (
	"strings"
)

// What follows the locale parameter: the words of shared_with.access, and the order of people's names. It does not
// follow the account: a listing without the parameter, recorded from a Russian account, has Russian folder names and
// the English "Just me". The documents' table of locales did not survive. So what decides here is the language, the
// part before the hyphen; one that is not listed gets English.

// language is what the caller wants to read: "de" for locale=de-DE, "" without the parameter.
func (c *call) language() string {
	culture := strings.ToLower(strings.TrimSpace(c.Params().Get("locale")))
	language, _, _ := strings.Cut(strings.ReplaceAll(culture, "_", "-"), "-")
	return language
}

// languages are those with words of their own, in the order of the table below.
var languages = []string{"de", "fr", "es", "it", "pt", "ja"}

// accessWords translate who can see an item. The English words are documented or recorded, the others are this
// project's own translations: what the service wrote in other languages is not known.
var accessWords = map[string][]string{
	"Just me": {"Nur ich", "Moi uniquement", "Solo yo", "Solo io", "Somente eu", "自分のみ"},
	"People I selected": {
		"Von mir ausgewählte Personen", "Personnes que j'ai choisies", "Personas que he elegido", "Persone scelte da me",
		"Pessoas que selecionei", "選択したユーザー",
	},
	"Everyone (public)": {
		"Jeder (öffentlich)", "Tout le monde (public)", "Todos (público)", "Tutti (pubblico)", "Todos (público)",
		"すべてのユーザー (公開)",
	},
	"Friends": {"Freunde", "Amis", "Amigos", "Amici", "Amigos", "友だち"},
	"My friends and their friends": {
		"Meine Freunde und deren Freunde", "Mes amis et leurs amis", "Mis amigos y sus amigos",
		"I miei amici e i loro amici", "Meus amigos e os amigos deles", "友だちとその友だち",
	},
	"People with a link": {
		"Personen mit einem Link", "Personnes disposant d'un lien", "Personas con un vínculo", "Persone con un collegamento",
		"Pessoas com um link", "リンクを知っているユーザー",
	},
	"Public":      {"Öffentlich", "Public", "Público", "Pubblico", "Público", "公開"},
	"Shared":      {"Freigegeben", "Partagé", "Compartido", "Condiviso", "Compartilhado", "共有"},
	"Some people": {"Einige Personen", "Certaines personnes", "Algunas personas", "Alcune persone", "Algumas pessoas", "一部のユーザー"},
}

// accessWord is who can see an item, in the caller's language.
func accessWord(c *call, english string) string {
	words := accessWords[english]
	for i, language := range languages {
		if i < len(words) && language == c.language() {
			return words[i]
		}
	}
	return english
}

// fullName is a person's name in the order of the caller's language: the family's first in Japanese, Chinese, Korean
// and Hungarian. A name that is not made of a first and a last one stays. That the parts keep a blank between them
// is inferred. The names in from and user, of which only the whole is kept, stay as well.
func fullName(c *call, name, first, last string) string {
	if first == "" || last == "" || name != first+" "+last {
		return name
	}
	switch c.language() {
	case "ja", "zh", "ko", "hu":
		return last + " " + first
	}
	return name
}
