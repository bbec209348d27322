package catalog

import "slices"

// Partition is a set of regions that share accounts, IAM and the second part
// of every ARN (AWS general reference, "Amazon Resource Names").
type Partition struct {
	ID        string // "aws", "aws-cn", "aws-us-gov", "aws-eusc" …
	DNSSuffix string // of its endpoints: "amazonaws.com"
}

// serviceSuffix is the suffix of all service principals here but one, in every
// partition.
const serviceSuffix = "amazonaws.com"

// PartitionOf returns the partition of a region, and false for a region that
// the table below does not have.
func PartitionOf(region string) (Partition, bool) {
	for _, p := range partitions() {
		if slices.Contains(p.regions, region) {
			return p.Partition, true
		}
	}
	return Partition{}, false
}

// Regions returns every region of the table, in the order of their names.
func Regions() []string {
	var regions []string
	for _, p := range partitions() {
		regions = append(regions, p.regions...)
	}
	slices.Sort(regions)
	return regions
}

// ServicePrincipal is the name a service goes by in a trust policy of the
// partition: "lambda" is lambda.amazonaws.com.
//
// EC2 in China is the one exception among the services of this package: IAM
// there refuses ec2.amazonaws.com as an invalid principal and takes
// ec2.amazonaws.com.cn (hashicorp/terraform-provider-aws#47141, aws/aws-cdk#1282).
// A DNS suffix of its own does not make a partition another: IAM in the European
// Sovereign Cloud refuses ec2.amazonaws.eu (pulumi/pulumi-eks#2341), and the
// isolated partitions take ec2.amazonaws.com (aws/aws-cdk#22589).
func (p Partition) ServicePrincipal(service string) string {
	if service == "ec2" && p.ID == "aws-cn" {
		return service + "." + p.DNSSuffix
	}
	return service + "." + serviceSuffix
}

type partitionRegions struct {
	Partition
	regions []string
}

// partitions is every partition and region that the AWS SDK for Python knows
// (botocore 1.43.11, data/partitions.json, without its pseudo regions such as
// aws-global).
func partitions() []partitionRegions {
	return []partitionRegions{
		{Partition{"aws", "amazonaws.com"}, []string{
			"af-south-1",
			"ap-east-1", "ap-east-2",
			"ap-northeast-1", "ap-northeast-2", "ap-northeast-3",
			"ap-south-1", "ap-south-2",
			"ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-6", "ap-southeast-7",
			"ca-central-1", "ca-west-1",
			"eu-central-1", "eu-central-2",
			"eu-north-1",
			"eu-south-1", "eu-south-2",
			"eu-west-1", "eu-west-2", "eu-west-3",
			"il-central-1",
			"me-central-1", "me-south-1",
			"mx-central-1",
			"sa-east-1",
			"us-east-1", "us-east-2",
			"us-west-1", "us-west-2",
		}},
		{Partition{"aws-cn", "amazonaws.com.cn"}, []string{"cn-north-1", "cn-northwest-1"}},
		{Partition{"aws-us-gov", "amazonaws.com"}, []string{"us-gov-east-1", "us-gov-west-1"}},
		{Partition{"aws-eusc", "amazonaws.eu"}, []string{"eusc-de-east-1"}},
	}
}
