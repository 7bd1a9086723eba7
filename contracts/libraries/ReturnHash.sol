// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {
    ApprovedLine,
    Award,
    AwardedLine,
    InspectedLine,
    Receipt,
    ReceivedLine,
    ReturnLine,
    SoldLine
} from "../interfaces/IReturnLedger.sol";

/// @notice EIP-712 struct hashes of receipts and of lists of lines.
library ReturnHash {
    bytes32 private constant SOLD_LINE_TYPEHASH = keccak256(
        "SoldLine(uint24 quantity,uint48 netMinor,uint48 discountMinor,uint48 taxMinor,uint48 dutyMinor,bool finalSale)"
    );
    bytes32 private constant RECEIPT_TYPEHASH = keccak256(
        "Receipt(uint32 seller,uint32 series,uint32 policyVersion,bytes3 currency,uint64 soldAt,uint48 deliveryMinor,bool consumer,bool informed,address claimKey,bytes32 order,SoldLine[] lines)SoldLine(uint24 quantity,uint48 netMinor,uint48 discountMinor,uint48 taxMinor,uint48 dutyMinor,bool finalSale)"
    );
    bytes32 private constant RETURN_LINE_TYPEHASH = keccak256("ReturnLine(uint8 line,uint24 quantity,uint16 reason)");
    bytes32 private constant APPROVED_LINE_TYPEHASH =
        keccak256("ApprovedLine(uint8 line,uint24 quantity,uint16 reason)");
    bytes32 private constant RECEIVED_LINE_TYPEHASH = keccak256("ReceivedLine(uint8 line,uint24 quantity)");
    bytes32 private constant INSPECTED_LINE_TYPEHASH = keccak256(
        "InspectedLine(uint8 line,uint24 accepted,uint24 rejected,uint16 diminishedBasisPoints,uint8 grade,uint8 disposition)"
    );

    bytes32 private constant AWARDED_LINE_TYPEHASH = keccak256(
        "AwardedLine(uint8 line,uint24 accepted,uint24 rejected,uint24 awaited,uint16 awardBasisPoints,uint8 category)"
    );
    bytes32 private constant AWARD_TYPEHASH = keccak256(
        "Award(uint48 extraMinor,uint48 unpaidMinor,uint16 buyerCostBasisPoints,AwardedLine[] lines)AwardedLine(uint8 line,uint24 accepted,uint24 rejected,uint24 awaited,uint16 awardBasisPoints,uint8 category)"
    );

    /// @notice Struct hash of a receipt.
    function ofReceipt(Receipt calldata receipt) internal pure returns (bytes32) {
        return keccak256(
            bytes.concat(
                abi.encode(
                    RECEIPT_TYPEHASH,
                    receipt.seller,
                    receipt.series,
                    receipt.policyVersion,
                    receipt.currency,
                    receipt.soldAt,
                    receipt.deliveryMinor
                ),
                abi.encode(
                    receipt.consumer, receipt.informed, receipt.claimKey, receipt.order, _ofSold(receipt.lines)
                )
            )
        );
    }

    function _ofSold(SoldLine[] calldata lines) private pure returns (bytes32) {
        bytes32[] memory hashes = new bytes32[](lines.length);
        for (uint256 i = 0; i < lines.length; ++i) {
            hashes[i] = keccak256(abi.encode(SOLD_LINE_TYPEHASH, lines[i]));
        }
        return keccak256(abi.encodePacked(hashes));
    }

    /// @notice Hash of a list of lines that a buyer sends back.
    function ofReturned(ReturnLine[] calldata lines) internal pure returns (bytes32) {
        bytes32[] memory hashes = new bytes32[](lines.length);
        for (uint256 i = 0; i < lines.length; ++i) {
            hashes[i] = keccak256(abi.encode(RETURN_LINE_TYPEHASH, lines[i]));
        }
        return keccak256(abi.encodePacked(hashes));
    }

    /// @notice Hash of a list of lines that are not approved as asked.
    function ofApproved(ApprovedLine[] calldata lines) internal pure returns (bytes32) {
        bytes32[] memory hashes = new bytes32[](lines.length);
        for (uint256 i = 0; i < lines.length; ++i) {
            hashes[i] = keccak256(abi.encode(APPROVED_LINE_TYPEHASH, lines[i]));
        }
        return keccak256(abi.encodePacked(hashes));
    }

    /// @notice Hash of a list of lines that arrived.
    function ofReceived(ReceivedLine[] calldata lines) internal pure returns (bytes32) {
        bytes32[] memory hashes = new bytes32[](lines.length);
        for (uint256 i = 0; i < lines.length; ++i) {
            hashes[i] = keccak256(abi.encode(RECEIVED_LINE_TYPEHASH, lines[i]));
        }
        return keccak256(abi.encodePacked(hashes));
    }

    /// @notice Hash of a list of lines that were inspected.
    function ofInspected(InspectedLine[] calldata lines) internal pure returns (bytes32) {
        bytes32[] memory hashes = new bytes32[](lines.length);
        for (uint256 i = 0; i < lines.length; ++i) {
            hashes[i] = keccak256(abi.encode(INSPECTED_LINE_TYPEHASH, lines[i]));
        }
        return keccak256(abi.encodePacked(hashes));
    }

    /// @notice Struct hash of what a claim, an offer or a ruling gives.
    function ofAward(Award calldata award) internal pure returns (bytes32) {
        bytes32[] memory hashes = new bytes32[](award.lines.length);
        for (uint256 i = 0; i < award.lines.length; ++i) {
            hashes[i] = keccak256(abi.encode(AWARDED_LINE_TYPEHASH, award.lines[i]));
        }
        return keccak256(
            abi.encode(
                AWARD_TYPEHASH,
                award.extraMinor,
                award.unpaidMinor,
                award.buyerCostBasisPoints,
                keccak256(abi.encodePacked(hashes))
            )
        );
    }
}
