# Written by ddbgen. Change the spec and build again: a build stops at a generated file that was edited.

output "ids" {
  description = "Id of each endpoint."
  value = {
    app     = aws_vpc_endpoint.app.id
    streams = aws_vpc_endpoint.streams.id
  }
}

output "urls" {
  description = "URL of each interface endpoint, for the endpoint setting of the SDK's client."
  value = {
    streams = "https://${aws_vpc_endpoint.streams.dns_entry[0].dns_name}"
  }
}
