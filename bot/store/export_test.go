package store

var UpgradeRedis = upgradeRedis
