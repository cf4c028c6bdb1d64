"""The part of the sound stack that delivers from a static IP, and the tables and outputs that go with it."""

# Of a zone: a subnet that leads to the internet with a gateway in it, and one that leads to that gateway.
_ZONE = """
  Address%:
    Type: AWS::EC2::EIP
    Condition: Address%
    DeletionPolicy: RetainExceptOnCreate
    UpdateReplacePolicy: Retain
    Properties: { Domain: vpc }
  Outer%:
    Type: AWS::EC2::Subnet
    Condition: IN_ZONE
    Properties: { VpcId: !Ref Vpc, AvailabilityZone: zone-%, MapPublicIpOnLaunch: false }
  Outer%Routing:
    Type: AWS::EC2::SubnetRouteTableAssociation
    Condition: IN_ZONE
    Properties: { SubnetId: !Ref Outer%, RouteTableId: !Ref OuterTable }
  Gateway%:
    Type: AWS::EC2::NatGateway
    Condition: IN_ZONE
    Properties: { SubnetId: !Ref Outer%, AllocationId: !GetAtt Address%.AllocationId }
  Inner%:
    Type: AWS::EC2::Subnet
    Condition: IN_ZONE
    Properties: { VpcId: !Ref Vpc, AvailabilityZone: !GetAtt Outer%.AvailabilityZone, MapPublicIpOnLaunch: false }
  Inner%Table:
    Type: AWS::EC2::RouteTable
    Condition: IN_ZONE
    Properties: { VpcId: !Ref Vpc }
  Inner%Route:
    Type: AWS::EC2::Route
    Condition: IN_ZONE
    Properties: { RouteTableId: !Ref Inner%Table, DestinationCidrBlock: 0.0.0.0/0, NatGatewayId: !Ref Gateway% }
  Inner%Routing:
    Type: AWS::EC2::SubnetRouteTableAssociation
    Condition: IN_ZONE
    Properties: { SubnetId: !Ref Inner%, RouteTableId: !Ref Inner%Table }
"""

_NETWORK = """
  Vpc: { Type: "AWS::EC2::VPC", Condition: OneZone, Properties: {} }
  Internet: { Type: "AWS::EC2::InternetGateway", Condition: OneZone, Properties: {} }
  OuterTable: { Type: "AWS::EC2::RouteTable", Condition: OneZone, Properties: { VpcId: !Ref Vpc } }
  OuterRoute:
    Type: AWS::EC2::Route
    Condition: OneZone
    Properties: { RouteTableId: !Ref OuterTable, DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref Internet }
  Group:
    Type: AWS::EC2::SecurityGroup
    Condition: OneZone
    Properties: { VpcId: !Ref Vpc, SecurityGroupEgress: [{ IpProtocol: tcp }] }
  Storage:
    Type: AWS::EC2::VPCEndpoint
    Condition: OneZone
    Properties: &endpoint
      VpcEndpointType: Gateway
      ServiceName: !Sub com.amazonaws.${AWS::Region}.s3
      RouteTableIds: [!Ref InnerATable, !If [TwoZones, !Ref InnerBTable, !Ref AWS::NoValue]]
      PolicyDocument:
        Statement:
          - Effect: Allow
            Principal: "*"
            Action: s3:GetObject
            Resource: !GetAtt Events.Arn
            Condition: { ArnEquals: { "aws:PrincipalArn": !GetAtt DeliverStaticIpRole.Arn } }
  Tables:
    Type: AWS::EC2::VPCEndpoint
    Condition: OneZone
    Properties: { <<: *endpoint, ServiceName: !Sub "com.amazonaws.${AWS::Region}.dynamodb" }
  SendFunction:
    Type: AWS::Serverless::Function
    Properties: &sender
      CodeUri: ../target/lambda/send/
      Timeout: 900
      Role: !GetAtt SendRole.Arn
      LoggingConfig: { LogGroup: !Ref WorkLogGroup }
      Environment:
        Variables: { ALLOWED_TARGETS: !Ref AllowedTargets, ALLOWED_PORTS: !Ref AllowedPorts, STATIC_IP: "false" }
  SendRole:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: send
          PolicyDocument:
            Statement:
              - &write-log { Sid: WriteOwnLog, Effect: Allow, Action: "logs:PutLogEvents", Resource: !GetAtt WorkLogGroup.Arn }
              - &read { Sid: Read, Effect: Allow, Action: "dynamodb:GetItem", Resource: !GetAtt Events.Arn }
  AwayFunction:
    Type: AWS::Serverless::Function
    Condition: OneZone
    DependsOn: InnerARoute
    Properties:
      <<: *sender
      Role: !GetAtt DeliverStaticIpRole.Arn
      Environment:
        Variables: { ALLOWED_TARGETS: !Ref AllowedTargets, ALLOWED_PORTS: !Ref AllowedPorts, STATIC_IP: "true" }
      VpcConfig:
        SubnetIds: [!Ref InnerA, !If [TwoZones, !Ref InnerB, !Ref AWS::NoValue]]
        SecurityGroupIds: [!Ref Group]
  DeliverStaticIpRole:
    Type: AWS::IAM::Role
    Condition: OneZone
    Properties:
      Policies:
        - PolicyName: send
          PolicyDocument:
            Statement:
              - *write-log
              - *read
              - Sid: ManageNetworkInterfaces
                Effect: Allow
                Action:
                  - ec2:CreateNetworkInterface
                  - ec2:DeleteNetworkInterface
                  - ec2:AssignPrivateIpAddresses
                  - ec2:UnassignPrivateIpAddresses
                Resource: !Sub arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}:*/*
                Condition: { "Null": { "lambda:SourceFunctionArn": "true" } }
              - Sid: FindNetworkInterfaces
                Effect: Allow
                Action: [ec2:DescribeNetworkInterfaces, ec2:DescribeSubnets]
                Resource: "*"
                Condition: { "Null": { "lambda:SourceFunctionArn": "true" } }
"""

_SIGNING = """
  SigningKeysTable:
    Type: AWS::DynamoDB::Table
    DeletionPolicy: RetainExceptOnCreate
    UpdateReplacePolicy: Retain
    Properties:
      SSESpecification: { SSEEnabled: true }
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true }
  ApiFunction:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: ../target/lambda/api/
      Role: !GetAtt ApiRole.Arn
      LoggingConfig: { LogGroup: !Ref WorkLogGroup }
      Environment:
        Variables:
          KEYS: !Ref SigningKeysTable
          STATIC_IP_ADDRESSES: !If
            - OneZone
            - !If [AddressB, !Sub "${AddressA.PublicIp},${AddressB.PublicIp}", !GetAtt AddressA.PublicIp]
            - ""
  ApiRole:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: api
          PolicyDocument:
            Statement:
              - Sid: Keys
                Effect: Allow
                Action: [dynamodb:GetItem, dynamodb:PutItem]
                Resource: !GetAtt SigningKeysTable.Arn
  FetchConfigFunction:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: ../target/lambda/fetch-config/
      Role: !GetAtt FetchConfigRole.Arn
      LoggingConfig: { LogGroup: !Ref WorkLogGroup }
      Environment: { Variables: { KEYS: !Ref SigningKeysTable } }
  FetchConfigRole:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: fetch-config
          PolicyDocument:
            Statement:
              - { Sid: Key, Effect: Allow, Action: "dynamodb:GetItem", Resource: !GetAtt SigningKeysTable.Arn }
"""

_OUTPUTS = """
Outputs:
  StaticIpAddresses:
    Condition: AddressA
    Value: !If [AddressB, !Sub "${AddressA.PublicIp},${AddressB.PublicIp}", !GetAtt AddressA.PublicIp]
"""

_ZONES = [_ZONE.replace("%", zone).replace("IN_ZONE", inside) for zone, inside in (("A", "OneZone"), ("B", "TwoZones"))]

STATIC_IP = "".join([_NETWORK, *_ZONES, _SIGNING, _OUTPUTS])
