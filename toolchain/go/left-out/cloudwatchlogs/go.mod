module github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs

go 1.25.11

require github.com/aws/aws-sdk-go-v2 v1.43.0
