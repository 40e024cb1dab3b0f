module github.com/go-liveconnect/liveconnect/clients/go

go 1.26.0

require (
	github.com/go-liveconnect/liveconnect v0.0.0
	github.com/markbates/goth v1.82.0
	github.com/stretchr/testify v1.12.1
	golang.org/x/oauth2 v0.37.0
)

require (
	github.com/bep/imagemeta v1.0.1 // indirect
	github.com/google/go-querystring v1.2.0 // indirect
	go.yaml.in/yaml/v3 v3.0.5 // indirect
	golang.org/x/image v0.47.0 // indirect
	golang.org/x/text v0.43.0 // indirect
)

replace github.com/go-liveconnect/liveconnect => ../../
