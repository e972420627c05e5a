"""The national payment platform: started, confirmed, asked after."""
