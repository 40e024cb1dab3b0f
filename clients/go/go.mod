module github.com/go-liveconnect/liveconnect/clients/go

go 1.26.0

require (
	github.com/go-liveconnect/liveconnect v0.0.0
	github.com/markbates/goth v1.82.0
	github.com/stretchr/testify v1.12.1
	golang.org/x/oauth2 v0.37.0
)

require (
	github.com/google/go-querystring v1.2.0 // indirect
	github.com/jsummers/gobmp v0.0.0-20230614200233-a9de23ed2e25 // indirect
	go.yaml.in/yaml/v3 v3.0.5 // indirect
	golang.org/x/image v0.47.0 // indirect
	golang.org/x/sync v0.25.0 // indirect
)

replace github.com/go-liveconnect/liveconnect => ../../
