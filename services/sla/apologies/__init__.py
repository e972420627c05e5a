"""Letters of apology (thư xin lỗi và hẹn lại): owed, written, signed, sent, and proved received."""
